/** Whether this host has the memory for a cluster. */
import { formatBytes, plural } from '../../report/format.ts';
import { UserError } from '../../model/errors.ts';
import type { Accelerator } from '../accelerator.ts';

const MIB = 1 << 20;
/** What QEMU needs besides the machine's own: without KVM it keeps what it translated. */
const OVERHEAD_MIB = { kvm: 128, tcg: 512 } as const;

export interface MemoryNeeds {
  readonly machines: number;
  readonly memoryMib: number;
  readonly accelerator: Accelerator;
}

/** @throws UserError HOST_INCOMPLETE if they need more than is free */
export function requireMemory({ machines, memoryMib, accelerator }: MemoryNeeds, freeBytes: number): void {
  const needed = machines * (memoryMib + OVERHEAD_MIB[accelerator]) * MIB;
  if (needed <= freeBytes) return;
  const what = `${plural(machines, 'machine')} of ${formatBytes(memoryMib * MIB)} each`;
  throw new UserError(
    'HOST_INCOMPLETE',
    `${what} need ${formatBytes(needed)} of memory, and ${formatBytes(freeBytes)} are free.`,
    { hint: 'Start fewer machines, or give each less memory.' },
  );
}
