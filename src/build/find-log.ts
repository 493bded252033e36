/** The log of the last build of a component, finished or not. */
import { join } from 'node:path';
import { listFolder, type FileFacts } from '../host/listing.ts';
import { lock } from '../host/lock.ts';
import { parsePackageId, type PackageId } from '../model/package-id.ts';
import { labelOf } from '../resolve/graph.ts';
import type { ComponentKey } from '../resolve/plan.ts';
import { buildLock, logPath, type Folders } from '../tree/folders.ts';
import { History, type BuildRecord } from './history.ts';

export interface FoundLog {
  /** The component's label, or its name alone if it is the first build of it, which has not ended yet. */
  readonly component: string;
  readonly id: PackageId;
  readonly path: string;
  readonly state: 'built' | 'failed' | 'running' | 'interrupted';
  /** When the build started and how long it took, once it has ended; in milliseconds. */
  readonly at?: number;
  readonly durationMs?: number;
  /** A later build failed before its script was started, and so has no log. */
  readonly laterFailureAt?: number;
}

/** Whose log is wanted: of any variant of the name, or of one. */
export interface WantedLog {
  readonly name: string;
  readonly key: ComponentKey | undefined;
}

/** A log is written to until shortly before its build is recorded. */
const SLACK_MS = 2000;

/** @returns undefined if no build of it has left a log */
export async function findLog(folders: Folders, { name, key }: WantedLog): Promise<FoundLog | undefined> {
  using history = History.read(folders.history);
  const records = (key === undefined ? history?.ofName(name) : history?.of(key)) ?? [];
  const file = await newestLog(folders, name, key === undefined ? undefined : new Set(records.map(({ id }) => id)));
  if (file === undefined) return undefined;
  const id = parsePackageId(file.path.slice(0, -EXTENSION.length));
  const record = records.find((each) => each.id === id && each.logPath !== undefined);
  const found = { id, path: logPath(folders, id) };
  if (record === undefined || endOf(record) + SLACK_MS < file.modifiedMs) {
    const state = (await isBeingBuilt(folders, id)) ? 'running' : 'interrupted';
    return { component: record === undefined ? name : labelOf(record.key), ...found, state };
  }
  const { outcome: state, startedAt: at, durationMs } = record;
  const later = records.find((each) => each.startedAt > at && each.outcome === 'failed' && each.logPath === undefined);
  return {
    component: labelOf(record.key),
    ...found,
    state,
    at,
    durationMs,
    ...(later === undefined ? {} : { laterFailureAt: later.startedAt }),
  };
}

/** Resolves when nobody builds the id any more. Rejects with the signal's reason. */
export async function buildEnd(folders: Folders, id: PackageId, signal: AbortSignal): Promise<void> {
  try {
    using _held = await lock(buildLock(folders, id), { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

const EXTENSION = '.log';

async function newestLog(
  folders: Folders,
  name: string,
  ids: ReadonlySet<string> | undefined,
): Promise<FileFacts | undefined> {
  const files = await listFolder(join(folders.logs, name));
  return files
    .filter(({ path }) => path.startsWith(`${name}--`) && path.endsWith(EXTENSION))
    .filter(({ path }) => ids === undefined || ids.has(path.slice(0, -EXTENSION.length)))
    .toSorted((a, b) => b.modifiedMs - a.modifiedMs)[0];
}

function endOf({ startedAt, durationMs }: BuildRecord): number {
  return startedAt + durationMs;
}

async function isBeingBuilt(folders: Folders, id: PackageId): Promise<boolean> {
  const now = AbortSignal.abort();
  try {
    await buildEnd(folders, id, now);
    return false;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return true;
    throw error;
  }
}
