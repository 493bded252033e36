/** `image publish`: an image into a plan of an offer, its submission, and how far that is. `image check-sas`. */
import { Ingestion, INGESTION, CONFIGURATION_SCHEMA } from '../../gallery/ingestion.ts';
import { findOffer, offerStatus, publishVersion, type Target } from '../../gallery/publish.ts';
import { requireRegistered } from '../../gallery/registered.ts';
import { versionId } from '../../gallery/resource-ids.ts';
import { checkSas, type SasFinding } from '../../gallery/sas-rules.ts';
import { definitionsOf, galleryPlace, type Generation } from '../../gallery/settings.ts';
import type { ImageSource } from '../../gallery/technical-configuration.ts';
import { blobOfSas, requireUploaded } from '../../gallery/uploaded.ts';
import type { Finding } from '../../image/rules.ts';
import { cloudNamed } from '../../model/azure-cloud.ts';
import { UserError } from '../../model/errors.ts';
import type { ImageRecord } from '../../recipe/image-record.ts';
import { cleanLine } from '../../report/text.ts';
import type { PageBlob } from '../../store/azure-page-state.ts';
import { print, warn, type Context } from '../context.ts';
import { imageNamed, openManager, refuseFailed, setUp, type AzureSetup } from './open.ts';
import type { GalleryArguments } from './options.ts';
import { describePublish, describeSas, describeStatus, shownRequests } from './text.ts';

const POLL_SECONDS = 10;

/** @returns the exit status */
export async function publish(args: GalleryArguments, context: Context): Promise<number> {
  const setup = await setUp(args, context);
  const { marketplace } = setup;
  const record =
    args.file === undefined && (args.status || args.submit !== undefined)
      ? undefined
      : (await imageNamed(args.file, setup, context)).record;
  const named = offerOf(args, setup, record);
  const ingestion = new Ingestion({
    endpoint: marketplace.endpoint?.replace(/\/+$/, '') ?? INGESTION,
    ...{ isDryRun: args.dryRun, signal: context.signal },
    pollMs: (marketplace.pollSeconds ?? POLL_SECONDS) * 1000,
  });
  if (record !== undefined && !args.status) warnOfIgnored(record, refuseFailed(record, 'published', context), context);
  refuseOtherClouds(args, setup);
  // What is wrong with the image is said before anybody is asked.
  const images = record === undefined || args.status ? [] : imagesOf(args, setup, record);
  if (record !== undefined && !args.status) await askSource(args, setup, { record, context });
  const place = await findOffer(ingestion, named);
  if (args.status) {
    const status = { ...named, ...(await offerStatus(ingestion, place)) };
    print(context, args.json, status, describeStatus(status));
    return 0;
  }
  const target: Target | undefined = args.submit === 'preview' || args.submit === 'live' ? args.submit : undefined;
  const version = record && {
    ...{ versionNumber: record.version, images, planName: named.plan },
    schema: marketplace.schema ?? CONFIGURATION_SCHEMA,
    securityTypes: record.secureBoot ? ['trusted'] : [],
  };
  const change = await publishVersion(ingestion, place, { version, target });
  const answer = {
    ...named,
    version: record?.version,
    ...{ isAdded: change?.isRenewed === false, isRenewed: change?.isRenewed === true },
    ...{ submitted: target, isDryRun: args.dryRun, requests: shownRequests(ingestion.sent) },
  };
  print(context, args.json, answer, describePublish(answer));
  return 0;
}

/** Who certifies the image has never heard of our ignores. */
function warnOfIgnored({ name, version }: ImageRecord, findings: readonly Finding[], context: Context): void {
  for (const { id, severity, ignored } of findings) {
    if (severity !== 'error' || ignored === undefined) continue;
    warn(context, {
      message: `${name} ${version} failed ${id} when it was baked, which is ignored ("${cleanLine(ignored.reason)}").`,
      hint: "The Marketplace's certification knows no ignores, and may refuse it.",
    });
  }
}

/** @returns the exit status */
export function checkSasUrl({ file, json }: GalleryArguments, context: Context): Promise<number> {
  if (file === undefined)
    throw new UserError('USAGE', 'It is not said which URL is meant.', { hint: 'Name the signed URL of a VHD.' });
  const findings = checkSas(file, Date.now());
  if (findings === undefined)
    throw new UserError('USAGE', 'What is given is no URL.', { hint: 'Put it in quotes: it has "&" in it.' });
  print(context, json, { findings }, describeSas(findings));
  return Promise.resolve(isGood(findings) ? 0 : 1);
}

function isGood(findings: readonly SasFinding[]): boolean {
  return findings.every(({ result }) => result === 'passed');
}

/** Partner Center is in the public cloud alone, and reads galleries there; plans for other clouds name the same images. */
function refuseOtherClouds({ cloud, sas, status, file }: GalleryArguments, { gallery }: AzureSetup): void {
  const { name } = cloudNamed(cloud ?? gallery.cloud);
  if (name === 'AzureCloud' || sas.length > 0 || status || file === undefined) return;
  throw new UserError('USAGE', `The Marketplace takes no image of a gallery in ${name}.`, {
    hint: 'Register it in a gallery of AzureCloud, and publish that; a plan can be offered in other clouds, too.',
  });
}

function offerOf(args: GalleryArguments, { marketplace }: AzureSetup, record: ImageRecord | undefined) {
  const offer = args.offer ?? marketplace.offer ?? record?.marketplace?.offer;
  const plan = args.plan ?? marketplace.plan ?? record?.marketplace?.sku;
  if (offer !== undefined && plan !== undefined) return { offer, plan };
  const lacking = offer === undefined ? 'offer' : 'plan';
  throw new UserError('USAGE', `It is not said which ${lacking} is meant.`, {
    hint: `Give --${lacking}, or set "marketplace.${lacking}" in dcos-build.config.json.`,
  });
}

interface WantedImage {
  readonly generation: Generation;
  readonly source: ImageSource;
}

/** Of the gallery, or by a signed URL: one disk is the image of both generations. */
function imagesOf(args: GalleryArguments, setup: AzureSetup, record: ImageRecord): readonly WantedImage[] {
  const [uri, more] = args.sas;
  if (more !== undefined)
    throw new UserError('USAGE', '--sas is given more than once.', { hint: 'One disk boots both ways.' });
  if (uri !== undefined) {
    refuseBadSas(uri);
    const source = { sourceType: 'sasUri', osDisk: { uri }, dataDisks: [] } as const;
    return record.generations.map((generation) => ({ generation, source }));
  }
  const tenantId = setup.marketplace.tenant;
  if (tenantId === undefined) {
    throw new UserError('USAGE', 'It is not said in which tenant the gallery is.', {
      hint: 'Set "marketplace.tenant" in dcos-build.config.json; it is that of the publisher.',
    });
  }
  const place = galleryPlace(args, setup.gallery);
  return definitionsOf(record, args, setup.gallery).map(({ name, generation }) => {
    const resourceId = versionId({ ...place, definition: name, version: record.version });
    return { generation, source: { sourceType: 'sharedImageGallery', sharedImage: { tenantId, resourceId } } };
  });
}

/** Partner Center takes whatever is named, and finds out days later: the gallery is asked, or the blob of the URL. */
async function askSource(
  args: GalleryArguments,
  setup: AzureSetup,
  { record, context }: { readonly record: ImageRecord; readonly context: Context },
): Promise<void> {
  const [uri] = args.sas;
  if (uri !== undefined) {
    const { signal } = context;
    return await requireUploaded(blobNamed(uri), { record, hint: SIGN, signal });
  }
  const place = galleryPlace(args, setup.gallery);
  const definitions = definitionsOf(record, args, setup.gallery);
  await requireRegistered(await openManager(place, args, context), place, { record, definitions });
}

const SIGN = 'Give the URL of the blob that "dcos-build image upload IMAGE PLACE" wrote of this image.';

function blobNamed(uri: string): PageBlob {
  const blob = blobOfSas(uri);
  if (blob !== undefined) return blob;
  throw new UserError('USAGE', `The URL of --sas names no blob: ${URL.parse(uri)?.pathname ?? ''}.`, { hint: SIGN });
}

function refuseBadSas(uri: string): void {
  const failed = (checkSas(uri, Date.now()) ?? []).filter(({ result }) => result === 'failed');
  if (URL.canParse(uri) && failed.length === 0) return;
  const what = failed.map(({ required, actual }) => `it asks for ${required}, and there is ${actual}`).join('; ');
  throw new UserError('USAGE', `The Marketplace would refuse the URL of --sas: ${what || 'it is no URL'}.`, {
    hint: '"dcos-build image check-sas URL" shows it with all rules.',
  });
}
