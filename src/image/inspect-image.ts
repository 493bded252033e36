/** A VHD with the system inside, held against all rules that can be answered without booting it. */
import type { Disk } from './disk.ts';
import { openDiskFiles, type DiskFiles } from './files/disk-files.ts';
import { VolumeError } from './files/volume.ts';
import { inspectVhd, type InspectOptions, type VhdInspection } from './inspect-vhd.ts';
import { openVhd } from './open-vhd.ts';
import { readImageFacts, type ImageFacts } from './os/image-facts.ts';
import { OS_RULES } from './os/index.ts';
import { ROOT_RULES, type RootFacts } from './os/root-rules.ts';
import { judge, skipAll, type Finding } from './rules.ts';
import type { InspectedTable } from './vhd-rules.ts';

export interface ImageInspection extends VhdInspection {
  /** Undefined if the system could not be looked at; the findings say why. */
  readonly system: InspectedSystem | undefined;
}

export interface InspectedSystem {
  /** `PRETTY_NAME` of os-release. */
  readonly name: string;
  readonly id: string;
  readonly versionId: string;
  /** Releases of its kernels. */
  readonly kernels: readonly string[];
  /** Number of the partition that it is on. */
  readonly partition: number;
}

interface Reading {
  readonly root: RootFacts;
  /** Undefined: see `root`. */
  readonly facts: ImageFacts | undefined;
}

/**
 * Looks at a VHD and at the files in it, and judges both: what `image test` shows before it boots, and what `image bake`
 * writes as `checks` into the record of an image. Mounts nothing, starts no program but perl (and xz or bzip2 for an
 * initrd of theirs), writes nothing, and reads no more of the disk than it needs. The image need not be trusted.
 *
 * @returns findings on the VHD first, then on its system; if that cannot be read, all its rules are `skipped` with the reason
 * @throws UserError IMAGE_INVALID if the file is no VHD
 */
export async function inspectImage(path: string, options: InspectOptions): Promise<ImageInspection> {
  const inspection = await inspectVhd(path, options);
  await using vhd = await openVhd(path, options.shown);
  const { root, facts } = await readSystem(vhd.disk, inspection.table, options.signal);
  const isRead = root.state === 'read' && facts !== undefined;
  const findings: readonly Finding[] = [
    ...inspection.findings,
    ...judge(ROOT_RULES, root),
    ...(isRead ? judge(OS_RULES, facts) : skipAll(OS_RULES, root.why)),
  ];
  return { ...inspection, findings, system: isRead ? systemOf(facts, root) : undefined };
}

function systemOf({ system, kernels }: ImageFacts, { partition }: RootFacts): InspectedSystem {
  const { name, id, versionId } = system;
  return { name, id, versionId, kernels: kernels.map(({ release }) => release), partition };
}

async function readSystem(
  disk: Disk | undefined,
  table: InspectedTable | undefined,
  signal: AbortSignal,
): Promise<Reading> {
  if (disk === undefined || table === undefined) return unreadable('unread', 'the disk is not fixed');
  try {
    const opened: DiskFiles = await openDiskFiles(disk, table);
    if (opened.state !== 'read') return unreadable(opened.state, opened.why);
    const { files, esp, partition, needsRecovery } = opened;
    const root: RootFacts = { state: 'read', why: '', partition, needsRecovery };
    return { root, facts: await readImageFacts(files, esp, signal) };
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    return unreadable(error.reason === 'unread' ? 'unread' : 'broken', `the root cannot be read: ${error.message}`);
  }
}

function unreadable(state: 'unread' | 'broken', why: string): Reading {
  return { root: { state, why, partition: 0, needsRecovery: false }, facts: undefined };
}
