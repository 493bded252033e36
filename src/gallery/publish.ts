/** An image as a version of a plan of an offer in the Marketplace, and how far its submission is. */
import { UserError } from '../model/errors.ts';
import { API_VERSION, type Ingestion } from './ingestion.ts';
import {
  listOf,
  schemaUrl,
  withVersion,
  type Configuration,
  type ConfigurationChange,
  type VersionWanted,
} from './technical-configuration.ts';

export interface OfferNamed {
  readonly offer: string;
  readonly plan: string;
}

export interface OfferPlace {
  /** `product/<guid>` */
  readonly product: string;
  /** `plan/<guid of the product>/<guid>` */
  readonly plan: string;
  readonly configuration: Configuration | undefined;
}

export type Target = 'preview' | 'live';

interface Submission {
  readonly id: string;
  /** In UTC, to the second; undefined: the service does not say it. */
  readonly created: string | undefined;
  readonly target: string;
  readonly status: string;
  readonly result: string;
}

export interface OfferStatus {
  readonly versions: readonly { readonly version: string; readonly state: string }[];
  /** Newest first. */
  readonly submissions: readonly Submission[];
}

/** @throws UserError AZURE_REFUSED if there is no such offer or plan */
export async function findOffer(ingestion: Ingestion, { offer, plan }: OfferNamed): Promise<OfferPlace> {
  const product = await ingestion.findOne('product', offer, {});
  const found = await ingestion.findOne('plan', plan, { product });
  const path = found.replace(/^plan\//, 'virtual-machine-plan-technical-configuration/');
  return { product, plan: found, configuration: await ingestion.read(path) };
}

export interface PublishWanted {
  /** A version for the plan; undefined: what it has is to be submitted. */
  readonly version: Omit<VersionWanted, 'product' | 'plan'> | undefined;
  /** Undefined: it stays a draft. */
  readonly target: Target | undefined;
}

/**
 * Puts a version into the plan, and submits the offer. What cannot be is refused before anything is sent.
 *
 * @returns what was done about the version; undefined: the plan has it already
 * @throws UserError IMAGE_CONFLICT, AZURE_REFUSED
 */
export async function publishVersion(
  ingestion: Ingestion,
  place: OfferPlace,
  { version, target }: PublishWanted,
): Promise<ConfigurationChange | undefined> {
  const { configuration, ...names } = place;
  const change = version === undefined ? undefined : withVersion(configuration, { ...version, ...names });
  if (change !== undefined && target === 'live') {
    throw new UserError('AZURE_REFUSED', 'The version would be a draft, and what goes live is the preview.', {
      hint: 'Submit it with "--submit preview" first, and wait for its end.',
    });
  }
  const submission = target === undefined ? undefined : await submissionTo(ingestion, place, target);
  if (change !== undefined) {
    await ingestion.configure(change.resource, `The version ${version?.versionNumber} is not taken into the plan`);
  }
  if (submission !== undefined && target !== undefined) await submit(ingestion, submission, { ...place, target });
  return change;
}

async function submit(
  ingestion: Ingestion,
  submission: Configuration,
  { product, target }: Pick<OfferPlace, 'product'> & { readonly target: Target },
): Promise<void> {
  try {
    await ingestion.configure(submission, `The offer is not submitted to ${target}`);
  } catch (error) {
    // A try whose answer was lost was taken maybe, and the next one then is one too many.
    if (!(error instanceof UserError && error.code === 'AZURE_REFUSED')) throw error;
    const running = (await readSubmissions(ingestion, product)).find(({ status }) => status === 'running');
    if (running === undefined || targetOf(running) !== target) throw error;
  }
}

/** To the preview, or from there to everybody. One submission is under way at a time. @throws UserError AZURE_REFUSED */
async function submissionTo(
  ingestion: Ingestion,
  { product }: Pick<OfferPlace, 'product'>,
  target: Target,
): Promise<Configuration> {
  const submissions = await readSubmissions(ingestion, product);
  const running = submissions.find(({ status }) => status === 'running');
  if (running !== undefined) {
    throw new UserError(
      'AZURE_REFUSED',
      `A submission to ${targetOf(running)} is under way, and there is one at a time.`,
      {
        hint: 'Wait for its end: "dcos-build image publish --status" shows it. Certification may take days.',
      },
    );
  }
  const preview = submissions.find((each) => targetOf(each) === 'preview');
  if (target === 'live' && preview?.['result'] !== 'succeeded') throw notCertified(preview);
  const id = target === 'live' ? preview?.['id'] : undefined;
  return {
    $schema: schemaUrl('submission', API_VERSION),
    ...(id === undefined ? {} : { id }),
    product,
    target: { targetType: target },
  };
}

/** An older one that was certified is not what the offer shows as its preview. */
function notCertified(preview: Configuration | undefined): UserError {
  const { created, status, result } = preview === undefined ? {} : toSubmission(preview);
  const when = created === undefined ? '' : ` (${created})`;
  const what =
    preview === undefined
      ? 'The offer has no preview, and what goes live is one that was certified.'
      : `The newest preview of the offer${when} was not certified: ${status}, ${result}.`;
  return new UserError('AZURE_REFUSED', what, {
    hint: 'Submit it with "--submit preview" first, and wait for its end.',
  });
}

export async function offerStatus(ingestion: Ingestion, { product, configuration }: OfferPlace): Promise<OfferStatus> {
  const submissions = await readSubmissions(ingestion, product);
  return {
    versions: listOf(configuration?.['vmImageVersions']).map(({ versionNumber, lifecycleState }) => ({
      version: textOf(versionNumber, '?'),
      state: textOf(lifecycleState, 'generallyAvailable'),
    })),
    submissions: submissions.map(toSubmission),
  };
}

function toSubmission(submission: Configuration): Submission {
  const { id, status, result } = submission;
  const ms = createdMs(submission);
  return {
    id: textOf(id, '?'),
    created: ms === 0 ? undefined : new Date(ms).toISOString().replace(/\.\d+/, ''),
    target: targetOf(submission),
    status: textOf(status, 'unknown'),
    result: textOf(result, 'pending'),
  };
}

/** Newest first: an offer has one for each time that it was submitted. */
async function readSubmissions(
  ingestion: Ingestion,
  product: string,
): Promise<readonly (Configuration & { readonly status?: unknown })[]> {
  const found = listOf((await ingestion.read(`submission/${product}`))?.['value']);
  return found.toSorted((a, b) => createdMs(b) - createdMs(a));
}

/** @returns 0: it is not said */
function createdMs({ created }: Configuration): number {
  return Date.parse(textOf(created, '')) || 0;
}

function targetOf(submission: Configuration): string {
  const { target } = submission;
  return typeof target === 'object' && target !== null && 'targetType' in target ? String(target.targetType) : 'draft';
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
