/** The builders of a tree: listed, locked to exact packages, made. */
import { join } from 'node:path';
import { buildRoot, hasRoot, rootFolder } from '../executor/builder-root.ts';
import { lockBuilder } from '../executor/lock-builder.ts';
import { readTextIfThere, writeFileDurably } from '../host/files.ts';
import { listFiles } from '../host/listing.ts';
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import { mirrorUrl } from '../model/mirror.ts';
import { sorted } from '../model/order.ts';
import {
  builderDigest,
  formatBuilderLock,
  parseBuilder,
  parseBuilderLock,
  type BuilderLock,
} from '../recipe/builder.ts';
import { plural } from '../report/format.ts';
import type { Folders } from '../tree/folders.ts';

export interface BuildersOptions {
  /** Root of the tree: holds `builders/`. */
  readonly root: string;
  readonly folders: Folders;
  readonly offline: boolean;
  /** Folders and URLs that are asked for packages before Debian's archive is. */
  readonly mirrors: readonly string[];
  readonly signal: AbortSignal;
}

export interface BuilderAnswer {
  readonly name: string;
  /** undefined: not locked yet. */
  readonly id: string | undefined;
  /** Packages of the root, those that come along included. */
  readonly packages: number | undefined;
  /** Where the root is; undefined: not made yet. */
  readonly path: string | undefined;
  /** Packages that a new lock brought, took away or moved, as `name old → new`; only of `lock`. */
  readonly changes?: readonly string[];
}

type Say = (text: string) => void;
type Action = (names: readonly string[], say: Say) => Promise<readonly BuilderAnswer[]>;

export interface Builders {
  readonly ls: Action;
  readonly lock: Action;
  readonly build: Action;
}

const SUFFIX = '.json';
const LOCK_SUFFIX = '.lock.json';

/** @throws UserError BUILDER_UNKNOWN, BUILDER_INVALID from each action, and those of apt and mmdebstrap */
export function openBuilders(options: BuildersOptions): Builders {
  const each =
    (work: (name: string, say: Say) => Promise<BuilderAnswer>): Action =>
    async (names, say) => {
      const answers: BuilderAnswer[] = [];
      for (const name of await chooseNames(names, options)) answers.push(await work(name, say));
      return answers;
    };
  return {
    ls: each(async (name) => describe(name, await readLockIfThere(name, options), options)),
    lock: each((name, say) => relock(name, say, options)),
    build: each((name, say) => make(name, say, options)),
  };
}

/** A line for each builder. */
export function describeBuilders(answers: readonly BuilderAnswer[]): string {
  return answers
    .map(({ name, id, packages, path, changes }) => {
      const state = id === undefined ? 'not locked' : `${plural(packages ?? 0, 'package')}  ${path ?? 'not made'}`;
      const moved = (changes ?? []).map((change) => `\n  ${change}`).join('');
      return `${name}  ${id?.slice(0, 'sha256:'.length + 12) ?? '-'}  ${state}${moved}`;
    })
    .join('\n');
}

async function relock(name: string, say: Say, options: BuildersOptions): Promise<BuilderAnswer> {
  const { root, folders, signal } = options;
  const file = `builders/${name}${SUFFIX}`;
  const definition = parseBuilder((await readTextIfThere(join(root, file))) ?? '', file);
  const old = await readLockIfThere(name, options);
  say(`locking ${name} …`);
  const lock = await lockBuilder(definition, {
    workFolder: folders.out,
    signal,
    previous: old,
    now: Math.floor(Date.now() / 1000),
    onWarning: say,
  });
  await writeFileDurably(join(root, 'builders', `${name}${LOCK_SUFFIX}`), formatBuilderLock(lock));
  return { ...(await describe(name, lock, options)), changes: changesBetween(old, lock) };
}

async function make(name: string, say: Say, options: BuildersOptions): Promise<BuilderAnswer> {
  const { folders, offline, mirrors, signal } = options;
  const lock = await readLockIfThere(name, options);
  if (lock === undefined) throw notLocked(name);
  say(`making the root of ${name} …`);
  await buildRoot(lock, {
    workFolder: folders.out,
    offline,
    mirrors: mirrors.map(mirrorUrl),
    signal,
    onWarning: (message) => say(`builder ${name}: ${message}`),
  });
  return describe(name, lock, options);
}

async function describe(
  name: string,
  lock: BuilderLock | undefined,
  { folders }: BuildersOptions,
): Promise<BuilderAnswer> {
  if (lock === undefined) return { name, id: undefined, packages: undefined, path: undefined };
  const path = (await hasRoot(folders.out, lock)) ? rootFolder(folders.out, lock) : undefined;
  return { name, id: `sha256:${builderDigest(lock)}`, packages: lock.packages.length, path };
}

async function readLockIfThere(name: string, { root }: BuildersOptions): Promise<BuilderLock | undefined> {
  const file = `builders/${name}${LOCK_SUFFIX}`;
  const text = await readTextIfThere(join(root, file));
  return text === undefined ? undefined : parseBuilderLock(text, file);
}

async function chooseNames(names: readonly string[], { root }: BuildersOptions): Promise<readonly string[]> {
  const files = (await listFiles(join(root, 'builders'))).map(({ path }) => path);
  const known = sorted(
    files
      .filter((path) => path.endsWith(SUFFIX) && !path.endsWith(LOCK_SUFFIX))
      .map((path) => path.slice(0, -SUFFIX.length)),
  );
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names.length === 0 ? known : names;
  const guess = nearest(unknown, known);
  throw new UserError(
    'BUILDER_UNKNOWN',
    `The tree has no builder "${unknown}": there is no builders/${unknown}.json.`,
    {
      hint: guess === undefined ? `It has: ${known.join(', ') || 'none'}.` : `Did you mean "${guess}"?`,
    },
  );
}

function notLocked(name: string): UserError {
  return new UserError('BUILDER_UNKNOWN', `The builder "${name}" has no lock, builders/${name}${LOCK_SUFFIX}.`, {
    hint: `Run "dcos-build builder lock ${name}".`,
  });
}

function changesBetween(old: BuilderLock | undefined, now: BuilderLock): readonly string[] {
  if (old === undefined) return [];
  const before = new Map(old.packages.map(({ name, version }) => [name, version]));
  const after = new Map(now.packages.map(({ name, version }) => [name, version]));
  return sorted(new Set([...before.keys(), ...after.keys()]))
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name} ${before.get(name) ?? '(new)'} → ${after.get(name) ?? '(gone)'}`);
}
