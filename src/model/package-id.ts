/** Package ids, `<name>--<version>`: the name of one exact build. The only module that knows the spelling. */
import type { Brand } from './brand.ts';
import { UserError } from './errors.ts';

export type PackageId = Brand<string, 'PackageId'>;

const NAME = /^[a-zA-Z0-9@_+][a-zA-Z0-9@._+-]*$/;
const VERSION = /^[a-zA-Z0-9@_+:.]+$/;

/** Whether a folder of this name can be a package: pkgpanda's pattern, and nothing that would split the id elsewhere. */
export function isPackageName(text: string): boolean {
  return NAME.test(text) && !text.includes('--') && !text.endsWith('-');
}

/**
 * Reads one id as it stands in file names, blob names and `<id>.active.json`.
 *
 * @param text name, `--`, version; the version of a built package is 40 hex digits of SHA-1
 * @throws UserError PACKAGE_ID_INVALID
 * @see dcos/dcos pkgpanda/__init__.py, class PackageId: a second `--` is refused there too
 */
export function parsePackageId(text: string): PackageId {
  const [name = '', version = '', ...rest] = text.split('--');
  if (rest.length === 0 && NAME.test(name) && VERSION.test(version)) return text as PackageId;
  throw new UserError('PACKAGE_ID_INVALID', `"${text}" is not a package id.`, {
    hint: 'Ids look like mesos--<40 hex digits>; "dcos-build tree" prints those of this tree.',
  });
}

/** The name part of an id. */
export function packageName(id: PackageId): string {
  return id.slice(0, id.indexOf('--'));
}

/** The version part of an id. */
export function packageVersion(id: PackageId): string {
  return id.slice(id.indexOf('--') + 2);
}
