/**
 * Names in a cpio archive of the new form, which initial RAM disks are made of.
 *
 * @see https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 */

export interface CpioReading {
  readonly names: readonly string[];
  /** Byte behind the archive; undefined if it was cut short or is broken. */
  readonly end: number | undefined;
}

const HEADER_BYTES = 110;
const MAGIC = /^07070[12]$/;
const LAST = 'TRAILER!!!';

export function isCpio(bytes: Buffer, at: number): boolean {
  return MAGIC.test(bytes.toString('latin1', at, at + 6));
}

/** @param start where the archive begins: a multiple of four */
export function readCpio(bytes: Buffer, start = 0): CpioReading {
  const names: string[] = [];
  for (let at = start; at + HEADER_BYTES <= bytes.length && isCpio(bytes, at);) {
    const fileBytes = hexAt(bytes, at + 54);
    const nameBytes = hexAt(bytes, at + 94);
    if (Number.isNaN(fileBytes) || Number.isNaN(nameBytes) || nameBytes === 0) return { names, end: undefined };
    const contentAt = aligned(at + HEADER_BYTES + nameBytes);
    const end = aligned(contentAt + fileBytes);
    const name = bytes.toString('utf8', at + HEADER_BYTES, at + HEADER_BYTES + nameBytes - 1);
    if (name === LAST) return { names, end };
    if (contentAt + fileBytes > bytes.length) return { names, end: undefined };
    names.push(name);
    at = end;
  }
  return { names, end: undefined };
}

function hexAt(bytes: Buffer, at: number): number {
  const text = bytes.toString('latin1', at, at + 8);
  return /^[0-9a-f]{8}$/i.test(text) ? parseInt(text, 16) : NaN;
}

function aligned(at: number): number {
  return Math.ceil(at / 4) * 4;
}
