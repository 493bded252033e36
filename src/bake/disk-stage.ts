/** The last stage: root, disk, bill and record, in the folder of the image. The record comes last, when all else is whole. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeFolder, remove, writeFileDurably, writeFileWhole } from '../host/files.ts';
import { requireSpace } from '../host/disk-space.ts';
import { sweepLeftovers } from '../host/leftovers.ts';
import { inspectImage } from '../image/inspect-image.ts';
import { sizeOfTree, type RootTree } from '../image/root-tree.ts';
import { writeDisk } from '../image/write-disk.ts';
import { TOOL } from '../model/tool.ts';
import { byCodePoint } from '../model/order.ts';
import { formatImageRecord, IMAGE_FORMAT, type ImageRecord } from '../recipe/image-record.ts';
import type { DirectoryStore } from '../store/directory.ts';
import { sumOf } from '../store/page-ranges.ts';
import type { BakePlan } from './bake-plan.ts';
import { composeRoot } from './compose-root.ts';
import { diskContent } from './disk-content.ts';
import { readEntries } from './entries-file.ts';
import { formatFileList } from './file-list.ts';
import { formatImageBill } from './image-bill.ts';
import { OUTPUT } from './image-outputs.ts';

const GIB = 2 ** 30;
/** What a file system of that content takes beside it, and the space for its own tables. */
const SPACE_FACTOR = 1.2;

export interface DiskStageOptions {
  /** Folders of the stages that the root is put together from. */
  readonly base: string;
  readonly bootstrap: string;
  /** Of the image. */
  readonly folder: string;
  /** Where it is noted what is in the disk. */
  readonly state: string;
  readonly store: DirectoryStore;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
}

/** @throws UserError IMAGE_INVALID if the disk is too small, or something of the definition cannot be; DISK_FULL */
export async function makeDisk(plan: BakePlan, options: DiskStageOptions): Promise<ImageRecord> {
  const { folder, signal, store, warn } = options;
  const { epoch, source, lock } = plan;
  const composition = composeRoot({
    ...{ base: readEntries(options.base), dcos: readEntries(options.bootstrap), source, epoch },
    definition: plan.definition,
  });
  const { tree } = composition;
  await makeFolder(folder);
  await sweepLeftovers(folder);
  // From here on there is no whole image in the folder, until the record is written again.
  for (const name of [OUTPUT.record, OUTPUT.disk]) await remove(join(folder, name));
  await requireSpace(folder, Math.ceil(sizeOfTree(tree).bytes * SPACE_FACTOR));
  const { disk, written } = await writeWholeDisk(plan, tree, options);
  const bill = await formatImageBill({
    ...{ name: plan.name, version: plan.version, source, lock: lock.lock, tree, store, epoch, signal, warn },
  });
  await writeFileWhole(join(folder, OUTPUT.bill), bill);
  await writeFileWhole(join(folder, OUTPUT.files), gzipSync(formatFileList(written)));
  const path = join(folder, OUTPUT.disk);
  const { findings: checks } = await inspectImage(path, { shown: path, signal });
  const record = recordOf(plan, { ...composition, checks }, disk);
  await writeRecord(folder, record);
  return record;
}

async function writeWholeDisk(
  { definition: { definition }, ids, epoch }: BakePlan,
  tree: RootTree,
  { folder, state, signal }: DiskStageOptions,
): Promise<{ readonly disk: ImageRecord['disk']; readonly written: RootTree }> {
  const out = join(folder, OUTPUT.disk);
  const {
    virtualBytes,
    fileBytes,
    tableId,
    partitions,
    tree: written,
  } = await writeDisk({
    tree,
    settings: {
      ...{ diskBytes: definition.disk_gib * GIB, generations: generationsOf(definition.generation) },
      ...{ contentId: ids.disk, epochSeconds: epoch, kernelParameters: definition.kernel_parameters },
    },
    ...{ out, signal },
  });
  const { runs, sha256: contentSha256 } = await diskContent(out, { state, signal });
  const dataBytes = sumOf(runs);
  const disk = { file: OUTPUT.disk, virtualBytes, fileBytes, tableId, dataBytes, contentSha256, partitions };
  return { disk, written };
}

export async function writeRecord(folder: string, record: ImageRecord): Promise<void> {
  await writeFileDurably(join(folder, OUTPUT.record), formatImageRecord(record));
}

function generationsOf(generation: '1' | '2' | 'both'): readonly ('V1' | 'V2')[] {
  return generation === 'both' ? ['V1', 'V2'] : generation === '1' ? ['V1'] : ['V2'];
}

function recordOf(
  plan: BakePlan,
  { users, checks }: Pick<ImageRecord, 'users' | 'checks'>,
  disk: ImageRecord['disk'],
): ImageRecord {
  const { name, version, definition: read, lock, hooks, source, ids, epoch } = plan;
  const { definition } = read;
  const ignores = definition.ignores.toSorted((a, b) => byCodePoint(a.rule, b.rule));
  return {
    ...{ format: IMAGE_FORMAT, name, version, architecture: 'x64', generations: generationsOf(definition.generation) },
    disk,
    inputs: {
      ...{ definition: read.sha256, lock: lock.sha256, base: ids.base },
      ...(ids.hook === undefined ? {} : { hook: ids.hook }),
      ...{ bootstrap: ids.bootstrap, disk: ids.disk },
      hooks: hooks.map((hook) => ({ name: hook.name, sha256: hook.sha256 })),
      dcos: {
        variant: source.variant ?? null,
        bootstrapId: source.bootstrap,
        packageIds: source.packages.map(({ id }) => id),
        version: source.version ?? null,
        ...(source.release === undefined ? {} : { release: source.release }),
      },
      tool: TOOL,
      sourceDateEpoch: epoch,
    },
    packages: lock.lock.packages
      .map((each) => ({ name: each.name, version: each.version, architecture: each.architecture }))
      .toSorted((a, b) => byCodePoint(a.name, b.name)),
    roles: definition.roles,
    users: users.map((user) => ({ name: user.name, uid: user.uid, home: user.home, shell: user.shell })),
    kernelParameters: definition.kernel_parameters,
    // The shim, GRUB and the kernel are Debian's own, signed.
    secureBoot: definition.generation !== '1',
    ...(definition.marketplace === undefined ? {} : { marketplace: definition.marketplace }),
    checks,
    ...(ignores.length === 0 ? {} : { ignores }),
    bom: OUTPUT.bill,
  };
}

/** The record of an image whose disk stays as it is, under what has changed of the rest. */
export function withoutNewDisk(plan: BakePlan, before: ImageRecord): ImageRecord {
  return recordOf(plan, before, before.disk);
}
