/**
 * Locks between processes, held by the kernel on behalf of this process: one that dies, by `kill -9` too, holds none.
 * The lock is SQLite's own file lock on an empty database, since Node has no `flock`.
 */
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolderNow } from './make-folder.ts';

const SQLITE_BUSY = 5;
const POLL_MS = { first: 10, most: 250 } as const;

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once, when another process holds the lock and we begin to wait. */
  readonly onWait?: () => void;
  /** Held by any number of processes that share it, and by none that does not. Default: false. */
  readonly shared?: boolean;
}

/** Waits for the lock named by a file (made if it is not there) and holds it until disposed. */
export async function lock(path: string, options: LockOptions = {}): Promise<Disposable> {
  makeFolderNow(dirname(path));
  for (let wait: number = POLL_MS.first, waited = false; ; wait = Math.min(wait * 2, POLL_MS.most), waited = true) {
    const held = tryLock(path, options.shared === true ? SHARED : EXCLUSIVE);
    if (held !== undefined) return held;
    if (!waited) options.onWait?.();
    await sleep(wait, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

/** A transaction that has read holds SQLite's shared lock until it ends. */
const SHARED = 'BEGIN; SELECT 1 FROM sqlite_schema';
const EXCLUSIVE = 'BEGIN EXCLUSIVE';

function tryLock(path: string, how: string): Disposable | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec(`PRAGMA journal_mode = MEMORY; ${how}`);
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { [Symbol.dispose]: () => database.close() };
}
