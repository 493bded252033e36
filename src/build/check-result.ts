/** What a finished build left in its folder, looked at before it becomes a package. Pure. */
import type { TreeEntry } from '../host/normalise-tree.ts';
import { UserError } from '../model/errors.ts';
import type { PackageId } from '../model/package-id.ts';
import { parseFullBuildInfo, parsePackageInfo } from './package-info.ts';
import { INSTALL_ROOT, installedAt } from './sandbox.ts';

/** Units that make DC/OS itself start: a package that brings one would take its place. */
const RESERVED_UNITS = ['dcos.target', 'dcos-download.service', 'dcos-setup.service'];
/** What activation reads of a package. */
const PACKAGE_FILES = ['pkginfo.json', 'buildinfo.full.json'];
const SET_ID_BITS = 0o6000;
const OTHERS_WRITE = 0o002;
/** Places below which absolute links lead to the same thing on every node. */
const SYSTEM_FOLDERS = /^\/(?:bin|boot|dev|etc|lib|lib64|proc|run|sbin|sys|tmp|usr|var)(?:\/|$)/;
/** A warning for each of a thousand links helps nobody. */
const MOST_OF_A_KIND = 10;

export interface ResultInput {
  readonly id: PackageId;
  /** As normalising the folder returned them. */
  readonly entries: readonly TreeEntry[];
  /** The text of `pkginfo.json`, undefined if there is none. */
  readonly packageInfo: string | undefined;
  /** The text of `buildinfo.full.json`, undefined if there is none. */
  readonly fullBuildInfo?: string | undefined;
  /** Packages that it requires, directly or not: links may lead into them. */
  readonly requirements: readonly PackageId[];
}

export interface ResultVerdict {
  /** Why it can be no package; empty if it can. */
  readonly errors: readonly UserError[];
  /** Sentences about what is allowed, and is rarely meant. */
  readonly warnings: readonly string[];
}

export function checkResult(input: ResultInput): ResultVerdict {
  const { entries, id } = input;
  const errors = [...reservedUnits(id, entries), ...specialFiles(id, entries), ...packageFileErrors(input)];
  const warnings = [
    ...several(entries.filter(isOpenToAll), 'was writable by everybody, and is no more'),
    ...several(entries.filter(runsAsOther), 'runs as its owner or group, whoever starts it'),
    ...several(entries.filter(hasBadName), 'has a name that is no UTF-8'),
    ...several(strayLinks(input), 'is a link to where nothing of DC/OS is, or of a package that is not required'),
  ];
  return { errors, warnings };
}

function reservedUnits(id: PackageId, entries: readonly TreeEntry[]): UserError[] {
  const taken = entries.filter(({ path }) => {
    const [folder = '', name = '', ...rest] = path.split('/');
    return folder.startsWith('dcos.target.wants') && rest.length === 0 && RESERVED_UNITS.includes(name);
  });
  return taken.map(({ path }) =>
    refused(`${id} brings ${path}, a unit name that is reserved for DC/OS itself.`, 'Give the unit another name.'),
  );
}

function specialFiles(id: PackageId, entries: readonly TreeEntry[]): UserError[] {
  return entries
    .filter(({ kind }) => kind === 'other')
    .map(({ path }) =>
      refused(`${id} holds ${path}, a device, a pipe or a socket.`, 'Make it when the program starts.'),
    );
}

function packageFileErrors({ id, entries, packageInfo, fullBuildInfo }: ResultInput): UserError[] {
  const wrong = entries.find(({ path, kind }) => PACKAGE_FILES.includes(path) && kind !== 'file');
  if (wrong !== undefined) {
    return [refused(`${wrong.path} of ${id} is no plain file.`, 'Leave in $PKG_PATH what was there at the start.')];
  }
  return [
    ...errorsOf(() => parsePackageInfo(id, packageInfo)),
    ...errorsOf(() => parseFullBuildInfo(id, fullBuildInfo)),
  ];
}

function errorsOf(work: () => unknown): UserError[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof UserError) return [error];
    throw error;
  }
}

function isOpenToAll({ kind, mode }: TreeEntry): boolean {
  return kind !== 'link' && (mode & OTHERS_WRITE) !== 0;
}

function runsAsOther({ kind, mode }: TreeEntry): boolean {
  return kind === 'file' && (mode & SET_ID_BITS) !== 0;
}

function hasBadName({ path }: TreeEntry): boolean {
  return path.includes('\uFFFD');
}

/** Absolute links to what is neither this package, one that it requires, the install root's own folders nor the system. */
function strayLinks({ id, entries, requirements }: ResultInput): TreeEntry[] {
  const known = new Set([id, ...requirements].map(installedAt));
  return entries.filter(({ kind, target }) => {
    if (kind !== 'link' || !target.startsWith('/') || SYSTEM_FOLDERS.test(target)) return false;
    if (!`${target}/`.startsWith(`${INSTALL_ROOT}/`)) return true;
    const [, packages] = target.match(/^(\/opt\/mesosphere\/packages\/[^/]+)/) ?? [];
    return packages !== undefined && !known.has(packages);
  });
}

function several(entries: readonly TreeEntry[], what: string): string[] {
  const named = entries.slice(0, MOST_OF_A_KIND).map(({ path, target }) => {
    const shown = target === '' ? path : `${path} -> ${target}`;
    return `${shown} ${what}.`;
  });
  const more = entries.length - named.length;
  return more > 0 ? [...named, `The same is true of ${more} more.`] : named;
}

function refused(message: string, hint: string): UserError {
  return new UserError('PACKAGE_REFUSED', message, { hint });
}
