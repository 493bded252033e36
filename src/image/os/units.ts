/** Which units of systemd start by themselves. */
import type { ImageFiles } from '../files/image-files.ts';

const FOLDERS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

/** Whether a target wants one of them, and it is not masked. Links count as they stand: what is wanted may be an alias. */
export async function isEnabled(files: ImageFiles, units: readonly string[]): Promise<boolean> {
  const masked = await maskedOf(files, units);
  for (const folder of FOLDERS) {
    for (const wants of (await files.list(folder)).filter((name) => /\.(?:wants|requires)$/.test(name))) {
      const wanted = await files.list(`${folder}/${wants}`);
      if (units.some((unit) => wanted.includes(unit) && !masked.includes(unit))) return true;
    }
  }
  return false;
}

/** Those of the units that are masked, in their order. */
export async function maskedOf(files: ImageFiles, units: readonly string[]): Promise<readonly string[]> {
  const masked: string[] = [];
  for (const unit of units) {
    if ((await files.target(`/etc/systemd/system/${unit}`)) === '/dev/null') masked.push(unit);
  }
  return masked;
}
