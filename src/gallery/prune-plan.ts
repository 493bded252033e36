/** Which versions of an image may go: the decision, pure. */
import { compareVersions } from './resource-ids.ts';

export interface PruneVersion {
  readonly version: string;
  readonly id: string;
  /** Whether dcos-build made it. */
  readonly isOwn: boolean;
  /** As the service says. */
  readonly state: string;
  readonly publishedMs: number | undefined;
  readonly endOfLifeMs: number | undefined;
  readonly blocksDeletion: boolean;
  readonly isExcludedFromLatest: boolean;
  /** Ids of what runs on it. */
  readonly users: readonly string[];
}

export interface PruneRules {
  /** The newest ones, by version. */
  readonly keep: number;
  /** Only those that were made longer ago, in milliseconds. */
  readonly unusedForMs: number;
  readonly nowMs: number;
}

export interface PruneVerdict {
  readonly version: string;
  readonly id: string;
  /** Why it stays; undefined: it goes. */
  readonly reason: string | undefined;
}

/** Newest first. */
export function planPrune(versions: readonly PruneVersion[], rules: PruneRules): readonly PruneVerdict[] {
  const sorted = versions.toSorted((a, b) => compareVersions(b.version, a.version));
  const latest = sorted.find(({ isExcludedFromLatest }) => !isExcludedFromLatest);
  return sorted.map((version, index) => ({
    version: version.version,
    id: version.id,
    reason: reasonToStay(version, { ...rules, index, isLatest: version === latest }),
  }));
}

interface Judging extends PruneRules {
  readonly index: number;
  readonly isLatest: boolean;
}

function reasonToStay(
  version: PruneVersion,
  { index, isLatest, keep, unusedForMs, nowMs }: Judging,
): string | undefined {
  const { users, endOfLifeMs, publishedMs, state } = version;
  if (!version.isOwn) return 'not made by dcos-build';
  if (index === 0) return 'the newest';
  if (isLatest) return 'what "latest" means';
  if (users.length > 0) return `used by ${users.length === 1 ? users[0] : `${users.length} machines`}`;
  if (state !== 'Succeeded' && state !== 'Failed') return `something is under way (${state})`;
  if (version.blocksDeletion && endOfLifeMs !== undefined && endOfLifeMs > nowMs) {
    return `cannot be deleted before ${new Date(endOfLifeMs).toISOString().slice(0, 10)}`;
  }
  if (index < keep) return `one of the ${keep} newest`;
  if (publishedMs === undefined || publishedMs > nowMs - unusedForMs) return 'too young';
  return undefined;
}
