/**
 * Builders of ours: `builders/<name>.json` says what the root file system of a build shall hold, and
 * `builders/<name>.lock.json` beside it which exact files it is made of.
 */
import { sha256, toSha256, type Sha256 } from '../model/digest.ts';
import { throwCollected, UserError } from '../model/errors.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import { BuilderFields } from './builder-fields.ts';

export interface BuilderDefinition {
  /** Codename of a Debian release; its updates and security fixes are part of it. */
  readonly suite: string;
  /** Debian's name of the architecture; undefined: that of the machine which writes the lock. */
  readonly architecture: string | undefined;
  /** Binary packages, as apt takes them. What they depend on and what every root has comes along. */
  readonly packages: readonly string[];
}

/** One locked Debian binary package. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Path below the root of a Debian archive: `pool/…`. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: Sha256;
}

export interface BuilderLock {
  readonly suite: string;
  readonly architecture: string;
  /** The definition's packages when it was locked, sorted: tells whether the lock is still its lock. */
  readonly requested: readonly string[];
  readonly madeWith: {
    readonly tool: 'mmdebstrap';
    readonly variant: string;
    /** The time that all files of the root bear: seconds since the epoch, for SOURCE_DATE_EPOCH. */
    readonly timestamp: number;
  };
  /** Every package of the root, sorted by name. */
  readonly packages: readonly LockedPackage[];
}

/** Goes up when the same packages are made into another root: other mount points, other clean-up. */
const LAYOUT = 1;

const NAME = /^[a-z0-9][a-z0-9+.-]+$/;
const WORD = /^[a-z0-9][a-z0-9-]*$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9.+~:-]*$/;
const POOL_FILE = /^pool\/(?!.*\/\.\.?\/)[\w.+~%/-]+\.deb$/;
const HEX_64 = /^[0-9a-f]{64}$/;

/**
 * Reads `builders/<name>.json`.
 *
 * @param file its path, for messages
 * @throws UserError BUILDER_INVALID, or UserErrors
 */
export function parseBuilder(text: string, file: string): BuilderDefinition {
  const fields = BuilderFields.parse(text, file, ['suite', 'packages', 'architecture']);
  const definition: BuilderDefinition = {
    suite: fields.text('suite', WORD, 'the codename of a Debian release'),
    architecture: fields.has('architecture')
      ? fields.text('architecture', WORD, 'an architecture such as "amd64"')
      : undefined,
    packages: fields.texts('packages', NAME, 'the name of a Debian package'),
  };
  throwCollected(fields.errors);
  return definition;
}

/** The command that writes a lock: those of builders, or those of images, which have the same form. */
export type LockCommand = 'dcos-build builder lock' | 'dcos-build image lock' | `dcos-build image lock ${string}`;

/**
 * Reads `builders/<name>.lock.json`, or the lock of an image.
 *
 * @param file its path, for messages
 * @throws UserError BUILDER_INVALID, or UserErrors
 */
export function parseBuilderLock(
  text: string,
  file: string,
  command: LockCommand = 'dcos-build builder lock',
): BuilderLock {
  const known = ['suite', 'architecture', 'requested', 'made_with', 'packages'];
  const fields = BuilderFields.parse(text, file, known, command);
  const madeWith = fields.object('made_with', ['tool', 'variant', 'timestamp']);
  madeWith.text('tool', /^mmdebstrap$/, '"mmdebstrap"');
  const lock: BuilderLock = {
    suite: fields.text('suite', WORD, 'the codename of a Debian release'),
    architecture: fields.text('architecture', WORD, 'an architecture such as "amd64"'),
    requested: fields.texts('requested', NAME, 'the name of a Debian package'),
    madeWith: {
      tool: 'mmdebstrap',
      variant: madeWith.text('variant', WORD, 'a variant of mmdebstrap'),
      timestamp: madeWith.count('timestamp'),
    },
    packages: fields
      .objects('packages', ['name', 'version', 'architecture', 'file', 'bytes', 'sha256'])
      .map(readLockedPackage),
  };
  throwCollected(fields.errors);
  return lock;
}

function readLockedPackage(fields: BuilderFields): LockedPackage {
  return {
    name: fields.text('name', NAME, 'the name of a Debian package'),
    version: fields.text('version', VERSION, 'the version of a Debian package'),
    architecture: fields.text('architecture', WORD, 'an architecture such as "amd64" or "all"'),
    file: fields.text('file', POOL_FILE, 'the path of a .deb below the root of the archive'),
    bytes: fields.count('bytes'),
    sha256: toSha256(fields.text('sha256', HEX_64, '64 hex digits')) ?? sha256(''),
  };
}

/** The text of a lock file, one package a line: equal locks give equal bytes, and a diff shows what moved. */
export function formatBuilderLock(lock: BuilderLock): string {
  const packages = byName(lock.packages).map(({ name, version, architecture, file, bytes, sha256: digest }) =>
    JSON.stringify({ name, version, architecture, file, bytes, sha256: digest }),
  );
  const { tool, variant, timestamp } = lock.madeWith;
  return `{
  "suite": ${JSON.stringify(lock.suite)},
  "architecture": ${JSON.stringify(lock.architecture)},
  "requested": ${JSON.stringify(sorted(lock.requested))},
  "made_with": ${JSON.stringify({ tool, variant, timestamp })},
  "packages": [
    ${packages.join(',\n    ')}
  ]
}
`;
}

/** What the root is made of and how, and so its name: not where the files lie, nor how the JSON is laid out. */
export function builderDigest(lock: BuilderLock): Sha256 {
  const { tool, variant, timestamp } = lock.madeWith;
  const packages = byName(lock.packages).map(({ name, version, architecture, sha256: digest }) => {
    return [name, version, architecture, digest];
  });
  return sha256(JSON.stringify([LAYOUT, lock.architecture, tool, variant, timestamp, packages]));
}

/**
 * Refuses a lock that was made for another definition.
 *
 * @throws UserError BUILDER_INVALID
 */
export function checkLockIsCurrent(
  definition: BuilderDefinition,
  lock: BuilderLock,
  { lockFile, command = 'dcos-build builder lock' }: { readonly lockFile: string; readonly command?: LockCommand },
): void {
  const wanted = sorted(definition.packages);
  const added = wanted.filter((name) => !lock.requested.includes(name));
  const dropped = lock.requested.filter((name) => !wanted.includes(name));
  const architecture = definition.architecture ?? lock.architecture;
  const changes = [
    ...(definition.suite === lock.suite ? [] : [`the suite is now ${definition.suite}`]),
    ...(architecture === lock.architecture ? [] : [`the architecture is now ${architecture}`]),
    ...added.map((name) => `${name} was added`),
    ...dropped.map((name) => `${name} was dropped`),
  ];
  if (changes.length === 0) return;
  throw new UserError('BUILDER_INVALID', `${lockFile} is out of date: ${changes.join(', ')}.`, {
    hint: `Run "${command}", and commit the lock with the change.`,
    place: { file: lockFile },
  });
}

function byName(packages: readonly LockedPackage[]): LockedPackage[] {
  return packages.toSorted((a, b) => byCodePoint(a.name, b.name));
}
