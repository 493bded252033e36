/** What is different between two baked images: packages, components of DC/OS, and every file. */
import { join } from 'node:path';
import { readBytes } from '../host/files.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import { UserError } from '../model/errors.ts';
import { parseFileList, type ListedFile } from './file-list.ts';
import { OUTPUT, type BakedImage } from './image-outputs.ts';

interface NamedChange {
  readonly name: string;
  /** undefined: it is new. */
  readonly from: string | undefined;
  /** undefined: it is gone. */
  readonly to: string | undefined;
}

interface FileChange {
  readonly path: string;
  /** `rights`: owner, mode or kind differ, and the content does not. */
  readonly change: 'added' | 'removed' | 'content' | 'rights';
  /** By how much the file has grown. */
  readonly bytes: number;
}

export interface ImageDiff {
  /** Names with versions. */
  readonly before: string;
  readonly after: string;
  readonly packages: readonly NamedChange[];
  /** Components of DC/OS by their package ids. */
  readonly dcos: readonly NamedChange[];
  readonly files: readonly FileChange[];
  /** By how much the data on the disk has grown. */
  readonly bytes: number;
}

/** @throws UserError IMAGE_UNKNOWN if one of them has no list of its files, IMAGE_INVALID if it is broken */
export async function diffImages(before: BakedImage, after: BakedImage): Promise<ImageDiff> {
  const [left, right] = [before.record, after.record];
  const versions = ({ packages }: typeof left) => new Map(packages.map(({ name, version }) => [name, version]));
  const components = ({ inputs }: typeof left) =>
    new Map(inputs.dcos.packageIds.map((id) => [id.replace(/--.*$/, ''), id.replace(/^.*--/, '')]));
  return {
    before: `${left.name} ${left.version}`,
    after: `${right.name} ${right.version}`,
    packages: diffNamed(versions(left), versions(right)),
    dcos: diffNamed(components(left), components(right)),
    files: diffFiles(await readFiles(before), await readFiles(after)),
    bytes: right.disk.dataBytes - left.disk.dataBytes,
  };
}

async function readFiles({ folder, record }: BakedImage): Promise<ReadonlyMap<string, ListedFile>> {
  const hint = 'Bake it again, or copy the whole folder of the image.';
  const path = join(folder, OUTPUT.files);
  const packed = await readBytes(path);
  if (packed === undefined) {
    const what = `${record.name} ${record.version} has no list of its files, ${OUTPUT.files}.`;
    throw new UserError('IMAGE_UNKNOWN', what, { hint });
  }
  try {
    return parseFileList(packed);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError('IMAGE_INVALID', `${path} is no list of the files of an image: ${why}.`, { hint, cause });
  }
}

function diffNamed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly NamedChange[] {
  return sorted(new Set([...before.keys(), ...after.keys()]))
    .map((name) => ({ name, from: before.get(name), to: after.get(name) }))
    .filter(({ from, to }) => from !== to);
}

function diffFiles(
  before: ReadonlyMap<string, ListedFile>,
  after: ReadonlyMap<string, ListedFile>,
): readonly FileChange[] {
  const removed = [...before.values()]
    .filter(([path]) => !after.has(path))
    .map(([path, , bytes]): FileChange => ({ path, change: 'removed', bytes: -bytes }));
  const rest = [...after.values()].flatMap((now): readonly FileChange[] => {
    const [path, facts, bytes, word] = now;
    const was = before.get(path);
    if (was === undefined) return [{ path, change: 'added', bytes }];
    const [, oldFacts, oldBytes, oldWord] = was;
    if (word !== oldWord) return [{ path, change: 'content', bytes: bytes - oldBytes }];
    return facts === oldFacts ? [] : [{ path, change: 'rights', bytes: 0 }];
  });
  return [...removed, ...rest].toSorted((a, b) => byCodePoint(a.path, b.path));
}
