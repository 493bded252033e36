/** The memory that this process takes beyond what it holds. */
import { setFlagsFromString } from 'node:v8';

/**
 * Lets the garbage collector come sooner: for a process that runs for long, mostly waits for others, and shares the
 * memory of the machine with compilers. V8 by itself lets garbage grow to several times of what is in use where the
 * machine has much. These two switches are read at each collection, so they may be set at any time.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}
