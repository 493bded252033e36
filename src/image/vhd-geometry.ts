/** Cylinders, heads and sectors, as the VHD specification computes them from a size. */

export interface Geometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

const SECTOR_BYTES = 512;
const MOST_CYLINDERS = 65_535;
/** A disk can be larger; then its geometry covers the beginning of it. */
const MOST_SECTORS = MOST_CYLINDERS * 16 * 255;

/** @see Virtual Hard Disk Image Format Specification, appendix "CHS Calculation" */
export function geometryOf(virtualBytes: number): Geometry {
  const sectors = Math.min(Math.floor(virtualBytes / SECTOR_BYTES), MOST_SECTORS);
  if (sectors >= MOST_CYLINDERS * 16 * 63) return divide(sectors, 255, 16);
  const small = tracksOf(sectors, 17);
  const heads = Math.max(4, Math.ceil(small / 1024));
  if (small < heads * 1024 && heads <= 16) return divide(sectors, 17, heads);
  return divide(sectors, tracksOf(sectors, 31) < 16 * 1024 ? 31 : 63, 16);
}

function divide(sectors: number, sectorsPerTrack: number, heads: number): Geometry {
  return { cylinders: Math.floor(tracksOf(sectors, sectorsPerTrack) / heads), heads, sectorsPerTrack };
}

/** Whole tracks of the disk, on all heads. */
function tracksOf(sectors: number, sectorsPerTrack: number): number {
  return Math.floor(sectors / sectorsPerTrack);
}
