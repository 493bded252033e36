/** Waits until a version is copied to all of its regions, and tells how far each is. */
import { pause } from '../host/pause.ts';
import { UserError } from '../model/errors.ts';
import { findVersion, type GallerySettingsPlace } from './look.ts';
import type { Begun, ResourceManager } from './resource-manager.ts';

export interface RegionReport {
  readonly definition: string;
  readonly region: string;
  /** `Unknown`, `Replicating`, `Completed`, `Failed` */
  readonly state: string;
  readonly percent: number;
}

export interface WaitOptions {
  /** The request that made it; undefined: another run has made it. */
  readonly begun: Begun<unknown> | undefined;
  readonly onRegion: (report: RegionReport) => void;
}

const LEAST_POLL_MS = 20;

/** @throws UserError AZURE_REFUSED with the regions that failed, and why */
export async function waitForVersion(
  manager: ResourceManager,
  place: GallerySettingsPlace,
  { begun, onRegion }: WaitOptions,
): Promise<void> {
  const { signal, pollMs } = manager.options;
  // Its failure says less than the regions do: those are looked at first.
  let end: { readonly error: unknown } | undefined = begun === undefined ? { error: undefined } : undefined;
  void begun?.finish().then(
    () => (end = { error: undefined }),
    (error: unknown) => (end = { error }),
  );
  for (;;) {
    // While the request is under way, a look may show what was before it: no version, or one that has failed.
    const ended = end;
    const there = await findVersion(manager, place);
    const { summary = [], aggregatedState } = there?.replicationStatus ?? {};
    for (const { region = '', state = 'Unknown', progress = 0 } of summary) {
      onRegion({ definition: place.definition, region, state, percent: progress });
    }
    const state = there?.provisioningState;
    if (ended !== undefined) {
      if (there === undefined || state === 'Failed' || state === 'Deleting' || aggregatedState === 'Failed') {
        throw failure(place, summary, ended.error);
      }
      if (ended.error !== undefined) throw ended.error;
      if (state === 'Succeeded' && (aggregatedState === undefined || aggregatedState === 'Completed')) return;
    }
    await pause(Math.max(pollMs, LEAST_POLL_MS), signal);
  }
}

interface Region {
  readonly region?: string;
  readonly state?: string;
  readonly details?: string;
}

function failure({ definition, version }: GallerySettingsPlace, summary: readonly Region[], error: unknown): unknown {
  const failed = summary.filter(({ state }) => state === 'Failed');
  const isExplained = failed.some(({ details }) => details !== undefined);
  if (!isExplained && error !== undefined) return error;
  const where = failed.map(
    ({ region, details }) => `${region}${details === undefined ? '' : ` (${details.replace(/\.$/, '')})`}`,
  );
  const what = where.length === 0 ? 'came to nothing' : `could not be copied to ${where.join(', ')}`;
  return new UserError('AZURE_REFUSED', `The version ${version} of ${definition} ${what}.`, {
    hint: 'Leave the region out or ask for a larger quota there, and run the same command again.',
  });
}
