/** How a program ended, as a build's end. */
import { constants } from 'node:os';
import type { BuildEnd } from './executor.ts';

/** Sandboxes and shells report a program that a signal n ended as exit status 128 + n. */
const SIGNAL_BASE = 128;
const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** The end of a build from the exit status, or the signal, of the program that stands for it. */
export function programEnd(end: { readonly code: number | undefined; readonly signal: string | undefined }): BuildEnd {
  if (end.code === undefined) return { kind: 'signalled', signal: end.signal ?? 'SIGKILL' };
  const signal = SIGNALS.get(end.code - SIGNAL_BASE);
  return signal === undefined ? { kind: 'exited', code: end.code } : { kind: 'signalled', signal };
}
