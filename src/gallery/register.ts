/** An uploaded disk becomes a version of an image: gallery, definitions and versions are made where they lack. */
import type { GalleryImageVersion } from '@azure/arm-compute';
import { UserError } from '../model/errors.ts';
import { isRefusal } from './arm-errors.ts';
import { undo } from './clean-up.ts';
import { withChanges } from './image-version.ts';
import type { Journal, Made } from './journal.ts';
import { planRegistration, type DefinitionStep, type RegistrationPlan, type Wanted } from './look.ts';
import { waitForVersion, type RegionReport } from './replication.ts';
import type { ResourceManager } from './resource-manager.ts';

export interface RegisterOptions {
  readonly journal: Journal;
  /** Whether to be there until it is copied to all regions. */
  readonly isWaiting: boolean;
  readonly onRegion: (report: RegionReport) => void;
  readonly onStep: (doing: string) => void;
}

export interface RegisteredVersion {
  readonly definition: string;
  readonly id: string;
  /** What was done about it; `none`: it was there already. */
  readonly did: DefinitionStep['version']['kind'];
  readonly changes: readonly string[];
  readonly isLatest: boolean;
}

/**
 * @throws UserError, UserErrors IMAGE_CONFLICT before anything is sent; AZURE_REFUSED, AZURE_FORBIDDEN, AZURE_UNAVAILABLE,
 *   with all of it removed again that this run and those before it have made
 */
export async function registerImage(
  manager: ResourceManager,
  wanted: Wanted,
  options: RegisterOptions,
): Promise<readonly RegisteredVersion[]> {
  const plan = await planRegistration(manager, wanted);
  if (!manager.options.isDryRun) await keepWhatIsThere(plan, options.journal);
  try {
    await make(manager, wanted, { plan, ...options });
    if (options.isWaiting && plan.definitions.some(({ version }) => version.kind === 'wait')) {
      await makeRest(manager, wanted, options);
    }
  } catch (error) {
    // Who ends it by hand may want to go on; the journal tells the next run what is its own.
    manager.options.signal.throwIfAborted();
    throw await withCleanUp(error, manager, { ...options, sha256: wanted.record.disk.contentSha256 });
  }
  if (options.isWaiting && !manager.options.isDryRun) await options.journal.close();
  return plan.definitions.map((step) => toRegistered(step, wanted, options.isWaiting));
}

/** A version that an earlier run made, and that came to its end since, is not this run's to remove. */
async function keepWhatIsThere({ definitions }: RegistrationPlan, journal: Journal): Promise<void> {
  for (const { version, versionId: id } of definitions) {
    // One that has failed never came to its end, if it is in the journal still.
    const isWhole = 'there' in version && version.there.provisioningState === 'Succeeded';
    if (isWhole) await journal.end({ kind: 'version', id });
  }
}

/** What is left of one that an earlier run has begun, with other settings maybe: seen only when that is at its end. */
async function makeRest(manager: ResourceManager, wanted: Wanted, options: RegisterOptions): Promise<void> {
  if (manager.options.isDryRun) return;
  const plan = await planRegistration(manager, wanted);
  await keepWhatIsThere(plan, options.journal);
  await make(manager, wanted, { plan, ...options });
}

interface Making extends RegisterOptions {
  readonly plan: RegistrationPlan;
}

async function make(manager: ResourceManager, wanted: Wanted, making: Making): Promise<void> {
  const { plan, journal, onStep, isWaiting } = making;
  const { isDryRun } = manager.options;
  const begin: BeginMade = async (made, work) =>
    await (isDryRun || made === undefined ? work() : journal.begin(made, work));
  const { resourceGroup, gallery } = wanted.settings;
  const { compute, call } = manager;
  if (plan.gallery !== undefined) {
    const body = plan.gallery;
    const made = plan.hasGallery ? undefined : ({ kind: 'gallery', id: plan.galleryId } as const);
    onStep(`making the gallery ${gallery}`);
    const begun = await begin(made, () =>
      manager.begin(`The gallery ${gallery} cannot be made`, () =>
        compute.galleries.createOrUpdate(resourceGroup, gallery, body, call),
      ),
    );
    await begun?.finish();
  }
  for (const { place, id, isThere, wanted: body } of plan.definitions) {
    if (body === undefined) continue;
    onStep(`making the image definition ${place.name}`);
    const begun = await begin(isThere ? undefined : { kind: 'definition', id }, () =>
      manager.begin(`The image definition ${place.name} cannot be made`, () =>
        compute.galleryImages.createOrUpdate(resourceGroup, gallery, place.name, body, call),
      ),
    );
    await begun?.finish();
  }
  const copies: Promise<void>[] = [];
  try {
    for (const step of plan.definitions) copies.push(...(await makeVersion(manager, wanted, { step, begin, making })));
  } finally {
    // What is under way is not removed from under the service, whatever else fails.
    await Promise.allSettled(copies);
  }
  await Promise.all(copies);
  if (wanted.isTested && (isWaiting || isDryRun)) await takeAsLatest(manager, wanted, making);
}

/** @param made undefined: it was there before */
type BeginMade = <Result>(made: Made | undefined, work: () => Promise<Result>) => Promise<Result>;

interface MakingVersion {
  readonly step: DefinitionStep;
  readonly begin: BeginMade;
  readonly making: Making;
}

/** @returns what ends when it is copied to all regions, in a list, since a promise of a promise would be waited for; or none */
async function makeVersion(
  manager: ResourceManager,
  wanted: Wanted,
  { step, begin, making }: MakingVersion,
): Promise<readonly Promise<void>[]> {
  const { version, place, versionId: id } = step;
  const { isDryRun } = manager.options;
  if (version.kind === 'none' || (version.kind === 'change' && version.changes.length === 0)) return [];
  // What would be changed later is told now.
  if (version.kind === 'wait' && isDryRun && version.changes.length === 0) return [];
  if (version.kind === 'again') await removeFailed(manager, wanted, step);
  const made = 'there' in version ? undefined : ({ kind: 'version', id } as const);
  const body = 'there' in version ? withChanges(version.there, untested(version.wanted)) : untested(version.wanted);
  const doing = `The version ${wanted.record.version} of ${place.name} cannot be made`;
  making.onStep(`${DOING[version.kind]} the version ${wanted.record.version} of ${place.name}`);
  const isOnlyWaiting = version.kind === 'wait' && !isDryRun;
  const begun = isOnlyWaiting
    ? undefined
    : await begin(made, () => put(manager, wanted, { place: place.name, body, doing }));
  if (!making.isWaiting || isDryRun) return [];
  const full = { ...wanted.settings, definition: place.name, version: wanted.record.version };
  const waiting = waitForVersion(manager, full, { begun, onRegion: making.onRegion });
  // Its failure is heard of when all are waited for.
  waiting.catch(() => undefined);
  return [waiting];
}

const DOING = { create: 'making', again: 'making', change: 'changing', wait: 'waiting for' } as const;

async function put(
  manager: ResourceManager,
  { settings, record }: Wanted,
  { place, body, doing }: { readonly place: string; readonly body: GalleryImageVersion; readonly doing: string },
) {
  const { compute, call } = manager;
  return await manager.begin(doing, () =>
    compute.galleryImageVersions.createOrUpdate(
      settings.resourceGroup,
      settings.gallery,
      place,
      record.version,
      body,
      call,
    ),
  );
}

/** One of the same content that came to nothing. */
async function removeFailed(
  manager: ResourceManager,
  { settings, record }: Wanted,
  { place }: DefinitionStep,
): Promise<void> {
  const { compute, call } = manager;
  await manager.change(`The failed version ${record.version} of ${place.name} cannot be removed`, () =>
    compute.galleryImageVersions.delete(settings.resourceGroup, settings.gallery, place.name, record.version, call),
  );
}

/** A second request for each, when all of them are everywhere. */
async function takeAsLatest(manager: ResourceManager, wanted: Wanted, { plan, onStep }: Making): Promise<void> {
  for (const { place, version } of plan.definitions) {
    if (version.kind === 'none' || (version.kind === 'wait' && !manager.options.isDryRun)) continue;
    if ('there' in version && !version.becomesLatest) continue;
    const body = 'there' in version ? withChanges(version.there, version.wanted) : version.wanted;
    onStep(`having ${place.name} ${wanted.record.version} taken as latest`);
    const doing = `The version ${wanted.record.version} of ${place.name} cannot be changed`;
    const begun = await put(manager, wanted, { place: place.name, body, doing });
    await begun?.finish();
  }
}

function untested(wanted: GalleryImageVersion): GalleryImageVersion {
  return { ...wanted, publishingProfile: { ...wanted.publishingProfile, excludeFromLatest: true } };
}

async function withCleanUp(
  error: unknown,
  manager: ResourceManager,
  { journal, onStep, sha256 }: RegisterOptions & { readonly sha256: string },
): Promise<unknown> {
  if (!isRefusal(error) || manager.options.isDryRun || journal.made.length === 0) return error;
  onStep('removing what was made');
  const { removed, left } = await undo(manager, journal, sha256);
  const did = removed.length === 0 ? '' : ` What this made is removed again: ${removed.join(', ')}.`;
  const rest = left.length === 0 ? '' : ` Not removed, and known to the next run: ${left.join(', ')}.`;
  return new UserError(error.code, `${error.message}${did}${rest}`, { hint: error.hint, cause: error });
}

function toRegistered(
  { place, versionId: id, version }: DefinitionStep,
  { isTested }: Wanted,
  isEnded: boolean,
): RegisteredVersion {
  const there = 'there' in version ? version.there : undefined;
  const wasLatest = there !== undefined && there.publishingProfile?.excludeFromLatest !== true;
  return {
    definition: place.name,
    ...{ id, did: version.kind, isLatest: wasLatest || (isTested && isEnded) },
    changes:
      'changes' in version
        ? [...(version.becomesLatest && version.kind === 'change' ? ['it is taken as latest'] : []), ...version.changes]
        : [],
  };
}
