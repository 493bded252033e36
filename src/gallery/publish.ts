/** An image as a version of a plan of an offer in the Marketplace, and how far its submission is. */
import { UserError } from '../model/errors.ts';
import { API_VERSION, type Ingestion } from './ingestion.ts';
import { listOf, schemaUrl, withVersion, type Configuration, type VersionWanted } from './technical-configuration.ts';

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
  readonly target: string;
  readonly status: string;
  readonly result: string;
}

export interface OfferStatus {
  readonly versions: readonly { readonly version: string; readonly state: string }[];
  readonly submissions: readonly Submission[];
}

/** @throws UserError AZURE_REFUSED if there is no such offer or plan */
export async function findOffer(ingestion: Ingestion, { offer, plan }: OfferNamed): Promise<OfferPlace> {
  const product = await ingestion.findOne('product', offer, {});
  const found = await ingestion.findOne('plan', plan, { product });
  const path = found.replace(/^plan\//, 'virtual-machine-plan-technical-configuration/');
  return { product, plan: found, configuration: await ingestion.read(path) };
}

/** @returns false: the plan has that version already */
export async function addVersion(
  ingestion: Ingestion,
  { configuration, product, plan }: OfferPlace,
  wanted: Omit<VersionWanted, 'product' | 'plan'>,
): Promise<boolean> {
  const changed = withVersion(configuration, { ...wanted, product, plan });
  if (changed === undefined) return false;
  await ingestion.configure(changed, `The version ${wanted.versionNumber} is not taken into the plan`);
  return true;
}

/** To the preview, or from there to everybody. One submission is under way at a time. @throws UserError AZURE_REFUSED */
export async function submit(
  ingestion: Ingestion,
  { product }: Pick<OfferPlace, 'product'>,
  target: Target,
): Promise<void> {
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
  if (target === 'live' && preview?.['result'] !== 'succeeded') {
    throw new UserError('AZURE_REFUSED', 'The offer has no preview that was certified, which is what goes live.', {
      hint: 'Submit it with "--submit preview" first, and wait for its end.',
    });
  }
  const id = target === 'live' ? preview?.['id'] : undefined;
  await ingestion.configure(
    {
      $schema: schemaUrl('submission', API_VERSION),
      ...(id === undefined ? {} : { id }),
      product,
      target: { targetType: target },
    },
    `The offer is not submitted to ${target}`,
  );
}

export async function offerStatus(ingestion: Ingestion, { product, configuration }: OfferPlace): Promise<OfferStatus> {
  const submissions = await readSubmissions(ingestion, product);
  return {
    versions: listOf(configuration?.['vmImageVersions']).map(({ versionNumber, lifecycleState }) => ({
      version: textOf(versionNumber, '?'),
      state: textOf(lifecycleState, 'generallyAvailable'),
    })),
    submissions: submissions.map((each) => ({
      target: targetOf(each),
      status: textOf(each['status'], 'unknown'),
      result: textOf(each['result'], 'pending'),
    })),
  };
}

async function readSubmissions(
  ingestion: Ingestion,
  product: string,
): Promise<readonly (Configuration & { readonly status?: unknown })[]> {
  return listOf((await ingestion.read(`submission/${product}`))?.['value']);
}

function targetOf(submission: Configuration): string {
  const { target } = submission;
  return typeof target === 'object' && target !== null && 'targetType' in target ? String(target.targetType) : 'draft';
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
