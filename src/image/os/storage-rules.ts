/** What is asked of how the disk is mounted. */
import { askedBy, type Rule } from '../rules.ts';
import type { ImageFacts } from './image-facts.ts';
import { noneOf } from './verdicts.ts';

/** Types that lie on a disk. */
const ON_DISK = /^(?:ext[234]|xfs|btrfs|f2fs|jfs|auto)$/;
/** Where another partition may be: for the boot loader, or what is no part of the system. */
const ELSEWHERE = /^\/$|^\/boot(?:\/|$)|^\/efi(?:\/|$)|^\/(?:mnt|media)(?:\/|$)|^(?:none|swap)$/;

export const STORAGE_RULES: readonly Rule<ImageFacts>[] = [
  {
    ...{ id: 'swap.none-in-system', severity: 'error', required: 'no swap in fstab, no swap file' },
    ...askedBy({ testId: 41, lisa: 'verify_no_swap_on_osdisk' }),
    judge: ({ storage: { mounts, swaps } }) =>
      noneOf([...mounts.filter(({ type }) => type === 'swap').map(({ device }) => `fstab: ${device}`), ...swaps]),
  },
  {
    ...{ id: 'root.single', severity: 'warning', required: 'the system on one partition', ...askedBy({ testId: 42 }) },
    judge: ({ storage: { mounts } }) => {
      const root = mounts.find(({ path }) => path === '/')?.device;
      // Subvolumes of btrfs are lines of their own for one partition.
      const others = mounts.filter(
        ({ path, type, device }) => ON_DISK.test(type) && !ELSEWHERE.test(path) && device !== root,
      );
      return noneOf(others.map(({ path }) => path));
    },
  },
];
