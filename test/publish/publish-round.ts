/** What is killed again and again: one round of create, promote and gc, with a release that shares with the one before. */
import { collectReleases, type CollectAnswer } from '../../src/publish/collect-garbage.ts';
import type { ComposedRelease } from '../../src/publish/compose-release.ts';
import { createRelease } from '../../src/publish/create-release.ts';
import { promoteRelease } from '../../src/publish/promote-release.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { PLACE, requestOf, smallRelease } from './small-releases.ts';

const JOBS = 4;
const BYTES = 20_000;

/** Some packages are in all releases, some in two that follow each other, some in one. */
export function releaseOfRound(round: number, folder: string): ComposedRelease {
  const shared = Array.from({ length: 4 }, (_, index) => `all-${index}`);
  const passing = [round, round + 1].flatMap((each) => [`r${each}-0`, `r${each}-1`]);
  return smallRelease(String(round), [...shared, ...passing, `only-${round}`], { folder, bytes: BYTES });
}

export async function publishRound(store: ArtifactStore, folder: string, round: number): Promise<CollectAnswer> {
  const composed = releaseOfRound(round, folder);
  const rest = { signal: new AbortController().signal, nowMs: Date.now };
  await createRelease(requestOf(store, composed, 'testing', { ...rest, jobs: JOBS }));
  const moving = { ...rest, store, place: PLACE, trust: undefined, isDryRun: false };
  await promoteRelease({ ...moving, from: 'testing', channel: 'stable' });
  return await collectReleases({ ...rest, store, keep: 1, minAgeMs: 0, isDryRun: false, jobs: JOBS });
}
