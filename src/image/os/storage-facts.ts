/** What the image mounts, and what it swaps to. */
import type { ImageFiles } from '../files/image-files.ts';
import { fieldsOf } from './config-lines.ts';
import { maskedOf } from './units.ts';

export interface StorageFacts {
  /** Lines of fstab. */
  readonly mounts: readonly { readonly device: string; readonly path: string; readonly type: string }[];
  /** Swap files and units of systemd that swap. */
  readonly swaps: readonly string[];
}

/** Where a swap file stands by custom. */
const CUSTOMARY = ['/swapfile', '/swap.img', '/swap', '/var/swap', '/var/swapfile', '/swap/swapfile'];
const MARK_AT = 4086;
const MARK = 'SWAPSPACE2';

export async function readStorage(files: ImageFiles): Promise<StorageFacts> {
  const mounts = fieldsOf((await files.text('/etc/fstab')) ?? '').flatMap(([device = '', path = '', type = '']) =>
    type === '' ? [] : [{ device, path, type }],
  );
  const swaps = [];
  for (const path of CUSTOMARY) {
    const head = await files.read(path, MARK_AT + MARK.length);
    if (head?.toString('latin1', MARK_AT) === MARK) swaps.push(path);
  }
  const units = (await files.list('/etc/systemd/system')).filter((name) => name.endsWith('.swap'));
  const masked = await maskedOf(files, units);
  const swapping = units.filter((name) => !masked.includes(name));
  return { mounts, swaps: [...swaps, ...swapping.map((name) => `/etc/systemd/system/${name}`)] };
}
