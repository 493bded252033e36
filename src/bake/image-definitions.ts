/** The image definitions of a tree, with their locks: `pipelines/images/<name>.json` and `<name>.lock.json`. */
import { join } from 'node:path';
import { lockBuilder } from '../executor/lock-builder.ts';
import { writeFileDurably } from '../host/files.ts';
import { listFiles } from '../host/listing.ts';
import { readNamedText } from '../host/named-text.ts';
import { nearest } from '../model/did-you-mean.ts';
import { sha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { sorted } from '../model/order.ts';
import {
  builderDigest,
  checkLockIsCurrent,
  formatBuilderLock,
  parseBuilderLock,
  type BuilderDefinition,
  type BuilderLock,
} from '../recipe/builder.ts';
import { parseImageDefinition, type ImageDefinition } from '../recipe/image-definition.ts';

const FOLDER = 'pipelines/images';
const SUFFIX = '.json';
const LOCK_SUFFIX = '.lock.json';
const COMMAND = 'dcos-build image lock';

export interface ReadDefinition {
  readonly name: string;
  readonly definition: ImageDefinition;
  /** Of the text. */
  readonly sha256: Sha256;
  /** The path for messages: relative to the root of the tree. */
  readonly shown: string;
}

/** What a message about a definition needs. */
export type ShownDefinition = Pick<ReadDefinition, 'shown' | 'definition'>;

export interface ReadLock {
  readonly lock: BuilderLock;
  /** Of the text. */
  readonly sha256: Sha256;
  readonly path: string;
}

/**
 * @param root of the tree
 * @param rules ids of those that its `ignores` may name
 * @throws UserError, UserErrors IMAGE_UNKNOWN, IMAGE_INVALID
 */
export async function readDefinition(root: string, name: string, rules: readonly string[]): Promise<ReadDefinition> {
  const shown = `${FOLDER}/${name}${SUFFIX}`;
  const text = /^[\w.-]+$/.test(name) ? readFileOf(root, shown, 'IMAGE_INVALID') : undefined;
  if (text === undefined) throw await unknownImage(root, name);
  return { name, definition: parseImageDefinition(shown, text, rules), sha256: sha256(text), shown };
}

/** @throws UserError, UserErrors IMAGE_UNKNOWN if there is none, BUILDER_INVALID if it is broken or of another definition */
export async function readLock(root: string, { name, definition }: ReadDefinition): Promise<ReadLock> {
  const shown = `${FOLDER}/${name}${LOCK_SUFFIX}`;
  const text = readFileOf(root, shown, 'BUILDER_INVALID');
  if (text === undefined) {
    throw new UserError('IMAGE_UNKNOWN', `The image definition "${name}" has no lock, ${shown}.`, {
      hint: `Run "${COMMAND} ${name}".`,
    });
  }
  const lock = parseBuilderLock(text, shown, COMMAND);
  checkLockIsCurrent(systemOf(definition), lock, { lockFile: shown, command: `${COMMAND} ${name}` });
  return { lock, sha256: sha256(text), path: join(root, shown) };
}

export interface LockAnswer {
  readonly name: string;
  readonly path: string;
  readonly packages: number;
  readonly bytes: number;
  /** Packages that the new lock brought, took away or moved, as `name old → new`. */
  readonly changes: readonly string[];
}

export interface RelockOptions {
  /** The work folder (`out`). */
  readonly out: string;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
}

/** Writes the lock of a definition, on what the archive has now. @throws UserError APT_UNRESOLVED, SOURCE_UNAVAILABLE */
export async function relockImage(
  root: string,
  { name, definition }: Pick<ReadDefinition, 'name' | 'definition'>,
  options: RelockOptions,
): Promise<LockAnswer> {
  const shown = `${FOLDER}/${name}${LOCK_SUFFIX}`;
  const text = readFileOf(root, shown, 'BUILDER_INVALID');
  const previous = text === undefined ? undefined : parseBuilderLock(text, shown, COMMAND);
  const { out, ...rest } = options;
  const lock = await lockBuilder(systemOf(definition), { ...rest, workFolder: out, previous });
  await writeFileDurably(join(root, shown), formatBuilderLock(lock));
  return {
    ...{ name, path: shown, packages: lock.packages.length },
    bytes: lock.packages.reduce((sum, { bytes }) => sum + bytes, 0),
    changes: changesBetween(previous, lock),
  };
}

function readFileOf(root: string, shown: string, code: 'IMAGE_INVALID' | 'BUILDER_INVALID'): string | undefined {
  return readNamedText(join(root, shown), (sentence, cause) => {
    const hint = 'Put a file of that name there, which can be read, or take it from the version control again.';
    return new UserError(code, `${shown} ${sentence}.`, { hint, place: { file: shown }, cause });
  });
}

function systemOf({ suite, architecture, packages }: ImageDefinition): BuilderDefinition {
  return { suite, architecture, packages };
}

function changesBetween(old: BuilderLock | undefined, now: BuilderLock): readonly string[] {
  if (old === undefined || builderDigest(old) === builderDigest(now)) return [];
  const before = new Map(old.packages.map(({ name, version }) => [name, version]));
  const after = new Map(now.packages.map(({ name, version }) => [name, version]));
  return sorted(new Set([...before.keys(), ...after.keys()]))
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name} ${before.get(name) ?? '(new)'} → ${after.get(name) ?? '(gone)'}`);
}

async function unknownImage(root: string, name: string): Promise<UserError> {
  const known = await definitionNames(root);
  const guess = nearest(name, known);
  const hint = guess === undefined ? `It has: ${known.join(', ') || 'none'}.` : `Did you mean "${guess}"?`;
  return new UserError('IMAGE_UNKNOWN', `The tree has no image definition "${name}" in ${FOLDER}.`, { hint });
}

/** Sorted. */
async function definitionNames(root: string): Promise<readonly string[]> {
  const files = (await listFiles(join(root, FOLDER))).map(({ path }) => path);
  return sorted(
    files
      .filter((path) => path.endsWith(SUFFIX) && !path.endsWith(LOCK_SUFFIX) && !path.includes('/'))
      .map((path) => path.slice(0, -SUFFIX.length)),
  );
}
