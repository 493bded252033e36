/** When packages were built in this work folder, for the statements that are signed about them. */
import type { PackageId } from '../model/package-id.ts';
import type { Folders } from '../tree/folders.ts';
import { History } from './history.ts';

export interface BuildTimes {
  /** Milliseconds since the epoch, as the next. */
  readonly startedMs: number;
  readonly finishedMs: number;
}

/** The last successful build of each id; those that were fetched, or whose build is forgotten, are left out. */
export function readBuildTimes(
  folders: Pick<Folders, 'history'>,
  ids: readonly PackageId[],
): ReadonlyMap<PackageId, BuildTimes> {
  using history = History.read(folders.history);
  const known = ids.flatMap((id): (readonly [PackageId, BuildTimes])[] => {
    const record = history?.built(id);
    if (record === undefined) return [];
    return [[id, { startedMs: record.startedAt, finishedMs: record.startedAt + record.durationMs }]];
  });
  return new Map(known);
}
