import { existsSync, readdirSync, readlinkSync } from 'node:fs';

/** Paths of the files that this process has open. */
export function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    const path = `/proc/self/fd/${fd}`;
    return existsSync(path) ? [readlinkSync(path)] : [];
  });
}
