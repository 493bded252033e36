/** `image register`: an uploaded disk becomes a version in a gallery. */
import { join } from 'node:path';
import { blobName, type BakedImage } from '../../gallery/image-files.ts';
import type { DiskSource } from '../../gallery/image-version.ts';
import { Journal } from '../../gallery/journal.ts';
import type { Wanted } from '../../gallery/look.ts';
import { findDisk, isDiskOf } from '../../gallery/managed-disk.ts';
import { registerImage } from '../../gallery/register.ts';
import {
  checkStorageAccount,
  checkVersion,
  diskId,
  galleryId,
  parseDisk,
  storageAccountId,
} from '../../gallery/resource-ids.ts';
import type { ResourceManager } from '../../gallery/resource-manager.ts';
import { definitionsOf, gallerySettings, type DefinitionPlace, type GallerySettings } from '../../gallery/settings.ts';
import { requireUploaded } from '../../gallery/uploaded.ts';
import { UserError } from '../../model/errors.ts';
import { ReplicationView } from '../../report/replication.ts';
import { parseBlobUrl } from '../../store/azure-place.ts';
import { print, type Context } from '../context.ts';
import { blobStore, imageNamed, openManager, refuseFailed, setUp, type AzureSetup } from './open.ts';
import type { GalleryArguments } from './options.ts';
import { describeRegistration, shownRequests } from './text.ts';

/** @returns the exit status */
export async function register(args: GalleryArguments, context: Context): Promise<number> {
  const setup = await setUp(args, context);
  const image = await imageNamed(args.file, setup, context);
  const { record } = image;
  checkVersion(record.version);
  if (args.tested) refuseFailed(record, 'taken as latest', context);
  if (args.tested && !args.wait) {
    throw new UserError(
      'USAGE',
      '--tested and --no-wait do not go together: it is latest only when it is everywhere.',
      {
        hint: 'Leave out --no-wait, or run it again with --tested later.',
      },
    );
  }
  const settings = gallerySettings(args, setup.gallery);
  const all = definitionsOf(record, args, setup.gallery);
  const manager = await openManager(settings, args, context);
  const { source, definitions } = await sourceOf(args, { image, settings, all, setup, manager, context });
  const wanted: Wanted = { record, settings, definitions, source, config: setup.gallery, isTested: args.tested };
  using view = replicationView(args, context);
  using journal = await Journal.open(journalFolder(setup, context), {
    gallery: galleryId(settings),
    image: `${record.name} ${record.version}`,
    signal: context.signal,
  });
  const versions = await registerImage(manager, wanted, {
    journal,
    isWaiting: args.wait,
    onRegion: (report) => view.region(report),
    onStep: (doing) => view.step(doing),
  });
  view[Symbol.dispose]();
  const { name, version, disk } = record;
  const answer = {
    image: name,
    ...{ version, gallery: settings.gallery, contentSha256: disk.contentSha256, isDryRun: args.dryRun },
    ...{ isWaiting: args.wait, regions: settings.regions.map((region) => region.name), versions },
    requests: shownRequests(manager.sent),
  };
  print(context, args.json, answer, describeRegistration(answer));
  return 0;
}

function journalFolder({ located }: AzureSetup, { cwd }: Context): string {
  return join(located?.folders.state ?? join(cwd, 'out', 'state'), 'registrations');
}

function replicationView({ quiet, dryRun }: GalleryArguments, { stderr, env }: Context): ReplicationView {
  const isTerminal = stderr.isTTY && env['TERM'] !== 'dumb';
  const write = quiet || dryRun ? () => undefined : (text: string) => void stderr.write(text);
  return new ReplicationView({ write, isTerminal });
}

interface Sourcing {
  readonly image: BakedImage;
  readonly settings: GallerySettings;
  readonly all: readonly DefinitionPlace[];
  readonly setup: AzureSetup;
  readonly manager: ResourceManager;
  readonly context: Context;
}

interface Sourced {
  readonly source: DiskSource;
  readonly definitions: readonly DefinitionPlace[];
}

/** What the version is made of; it has to be the image that the record is of, all of it. */
async function sourceOf(args: GalleryArguments, sourcing: Sourcing): Promise<Sourced> {
  if (args.disk !== undefined && args.to !== undefined) {
    throw new UserError('USAGE', `Both a blob in "${args.to}" and the disk "${args.disk}" are named.`, {
      hint: 'A version is made of one: leave out --disk or the place.',
    });
  }
  return args.disk === undefined
    ? { source: await blobSource(args, sourcing), definitions: sourcing.all }
    : await diskSource(args.disk, sourcing);
}

async function blobSource(args: GalleryArguments, { image, settings, setup, context }: Sourcing): Promise<DiskSource> {
  const { record } = image;
  const store = await blobStore(args.to, args, { ...setup, context });
  const name = args.name ?? blobName(record);
  const uri = store.urlOf(name);
  const account = parseBlobUrl(new URL(uri))?.account ?? '';
  const accountId =
    settings.storageAccountId === undefined
      ? storageAccountId(settings, account)
      : checkStorageAccount(settings.storageAccountId, account);
  await requireUploaded(store.pageBlob(name), { record, hint: UPLOAD, signal: context.signal });
  return { kind: 'blob', uri, storageAccountId: accountId };
}

const UPLOAD = 'Upload it first: dcos-build image upload IMAGE PLACE.';

/** A disk is of one generation, and so is the definition of a version that is made of it. */
async function diskSource(word: string, { image, settings, all, manager }: Sourcing): Promise<Sourced> {
  const { record } = image;
  const place = parseDisk(word, settings);
  const disk = await findDisk(manager, place.resourceGroup, place.disk);
  const refuse = (what: string): UserError =>
    new UserError('IMAGE_CONFLICT', `The disk ${place.disk} ${what}.`, {
      hint: 'Upload it first: dcos-build image upload IMAGE --managed-disk NAME.',
    });
  if (disk === undefined) throw refuse('is not there');
  if (!isDiskOf(disk, record.disk.contentSha256)) {
    throw refuse(
      `does not hold ${record.name} ${record.version}, pages sha256 ${record.disk.contentSha256}, to its end`,
    );
  }
  const definitions = all.filter(({ generation }) => generation === disk.hyperVGeneration);
  if (definitions.length === 0)
    throw refuse(`is of generation ${disk.hyperVGeneration}, and the image does not boot so`);
  return { source: { kind: 'disk', id: disk.id ?? diskId(place, place.disk) }, definitions };
}
