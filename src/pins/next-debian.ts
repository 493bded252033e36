/** Pins out of Debian's archive, moved: version, file and hash come from apt's indexes, which are signed. */
import { UserError } from '../model/errors.ts';
import type { DebFile, DebSourceSource } from '../model/source.ts';
import { parseVersion, rankVersions } from '../model/version-scheme.ts';
import type { Candidate } from './driver.ts';
import type { Fetcher, Obtained } from './obtained.ts';
import type { PinnedItem } from './pinned-item.ts';
import { type Spellings, spellings } from './spelled.ts';

export async function nextDeb(
  item: PinnedItem,
  pin: DebFile,
  { version, offer }: Candidate,
  fetcher: Fetcher,
): Promise<Obtained> {
  if (offer.kind !== 'deb') throw new Error(`the driver of ${item.name} offers no package`);
  const { architecture, sha256: hex } = offer.deb;
  const file = {
    package: pin.package,
    version: version.text,
    architecture,
    checksum: { algorithm: 'sha256', hex } as const,
  };
  await fetcher.fetch(item, { kind: 'deb', packages: [file] });
  return {
    values: { version: file.version, architecture, sha256: hex },
    ...moveOf(pin.version, file.version),
    isSame: pin.version === file.version && pin.architecture === architecture,
    hash: { name: 'sha256', was: pin.checksum.hex.toLowerCase(), is: hex },
  };
}

export async function nextDebSource(
  item: PinnedItem,
  pin: DebSourceSource,
  { version, offer }: Candidate,
  fetcher: Fetcher,
): Promise<Obtained> {
  if (offer.kind !== 'deb_source') throw new Error(`the driver of ${item.name} offers no source package`);
  const suffix = tarballSuffix(pin);
  const files = offer.listed.files.filter(({ name }) => tarballSuffix({ package: pin.package, file: name }) === suffix);
  const [file] = files;
  if (file === undefined || suffix === undefined) throw noTarball(item, pin, offer.listed.version);
  const checksum = { algorithm: 'sha256', hex: file.sha256 } as const;
  await fetcher.fetch(item, { ...pin, version: version.text, file: file.name, checksum });
  return {
    values: { version: version.text, file: file.name, sha256: file.sha256 },
    ...moveOf(pin.version, version.text),
    // A new revision of Debian's brings upstream's tarball unchanged, under the name that it had.
    isSame: pin.file === file.name,
    hash: { name: 'sha256', was: pin.checksum.hex.toLowerCase(), is: file.sha256 },
  };
}

/** Which tarball of a source package: `orig`, `orig-component`, or the only one of a package that is Debian's own. */
function tarballSuffix({ package: name, file }: Pick<DebSourceSource, 'package' | 'file'>): string | undefined {
  if (!file.startsWith(`${name}_`) || !/(?<!\.debian)\.tar\.[a-z0-9]+$/.test(file)) return undefined;
  return /\.(orig(?:-[A-Za-z0-9-]+)?)\.tar\./.exec(file)?.[1] ?? '';
}

function moveOf(
  from: string,
  to: string,
): { readonly from: string; readonly to: string; readonly spellings: Spellings } {
  const [before, after] = [parseVersion(from, 'debian'), parseVersion(to, 'debian')];
  const moved = before !== undefined && after !== undefined && rankVersions(before, after) !== 0;
  return { from, to, spellings: moved ? spellings(before, after) : [] };
}

function noTarball({ component, name }: PinnedItem, { file }: DebSourceSource, version: string): UserError {
  return new UserError('SOURCE_UNAVAILABLE', `${component}: ${name}: version ${version} has no tarball like ${file}.`, {
    hint: 'Look at the files of that source package, and pin the one that is meant by hand.',
  });
}
