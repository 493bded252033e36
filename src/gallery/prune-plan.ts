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
  /** Regions that it is copied to and not excluded from `latest` in. */
  readonly openRegions: readonly string[];
  /** Ids of what runs on it. */
  readonly users: readonly string[];
}

export interface PruneRules {
  /** The newest ones that are whole, by version. */
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
  // One that failed for a further region may still be what `latest` means in the others, or not: both stay.
  const whole = sorted.filter(({ state }) => state === 'Succeeded');
  const latest = new Set([...latestOf(sorted), ...latestOf(whole)]);
  return sorted.map((version, index) => ({
    version: version.version,
    id: version.id,
    reason: reasonToStay(version, {
      ...rules,
      isNewest: index === 0,
      rank: whole.indexOf(version),
      isLatest: latest.has(version),
    }),
  }));
}

/** In each region it is the highest that is there and not excluded. */
function latestOf(sorted: readonly PruneVersion[]): ReadonlySet<PruneVersion> {
  const regions = new Set(sorted.flatMap(({ openRegions }) => openRegions));
  const latest = [...regions].map((region) => sorted.find(({ openRegions }) => openRegions.includes(region)));
  return new Set(latest.filter((version) => version !== undefined));
}

interface Judging extends PruneRules {
  readonly isNewest: boolean;
  /** Among those that are whole, from the newest; -1: it is none of them. */
  readonly rank: number;
  readonly isLatest: boolean;
}

function reasonToStay(
  version: PruneVersion,
  { isNewest, rank, isLatest, keep, unusedForMs, nowMs }: Judging,
): string | undefined {
  const { users, endOfLifeMs, publishedMs, state } = version;
  if (!version.isOwn) return 'not made by dcos-build';
  if (isNewest) return 'the newest';
  if (rank === 0) return 'the newest that is whole';
  if (isLatest) return 'what "latest" means';
  if (users.length > 0) return `used by ${users.length === 1 ? users[0] : `${users.length} machines`}`;
  if (state !== 'Succeeded' && state !== 'Failed') return `something is under way (${state})`;
  if (version.blocksDeletion && endOfLifeMs !== undefined && endOfLifeMs > nowMs) {
    return `cannot be deleted before ${new Date(endOfLifeMs).toISOString().slice(0, 10)}`;
  }
  if (rank !== -1 && rank < keep) return `one of the ${keep} newest`;
  if (publishedMs === undefined || publishedMs > nowMs - unusedForMs) return 'too young';
  return undefined;
}
