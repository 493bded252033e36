/** Every kind of source: which keys it has in buildinfo.json and what of it enters the id. */
import { posix } from 'node:path';
import type { HashableJson } from '../model/json.ts';
import type { Checksum, GitLocalSource, Source } from '../model/source.ts';
import { unreachable } from '../model/unreachable.ts';
import type { SourceFields } from './source-fields.ts';

/** A source as far as the recipe tells: the commit of a local repository is looked up later. */
export type SourceRecipe = Exclude<Source, GitLocalSource> | Omit<GitLocalSource, 'commit'>;

/** @param folder absolute path that relative paths start from */
type ReadKind = (fields: SourceFields, folder: string) => SourceRecipe | undefined;

const KINDS: Readonly<Record<Source['kind'], ReadKind>> = {
  git: readGit,
  git_local: readGitLocal,
  url: (fields, folder) => readUrl('url', fields, folder),
  url_extract: (fields, folder) => readUrl('url_extract', fields, folder),
  deb_source: readDebSource,
  deb: readDeb,
};

export const SOURCE_KINDS: ReadonlyMap<string, ReadKind> = new Map(Object.entries(KINDS));

/** What stands for the source in the id; URL, address and kind do not count (facts: pkgpanda 3). */
export function sourceId(source: Source): { readonly [key: string]: HashableJson } {
  switch (source.kind) {
    case 'git':
      return { commit: source.ref };
    case 'git_local':
      return { commit: source.commit };
    case 'url':
    case 'url_extract':
      return checksumId(source.secondChecksum ?? source.checksum);
    case 'deb_source':
      return checksumId(source.checksum);
    case 'deb':
      return { downloaded_sha256: source.packages.map(({ checksum }) => checksum.hex) };
    default:
      return unreachable(source);
  }
}

function checksumId({ algorithm, hex }: Checksum): { readonly [key: string]: HashableJson } {
  return { [`downloaded_${algorithm}`]: hex };
}

function readGit(fields: SourceFields): SourceRecipe | undefined {
  if (!fields.checkKeys(['kind', 'git', 'ref', 'ref_origin'])) return undefined;
  const hint = 'Give all 40 hex digits of the commit.';
  const ref = fields.text('ref', (text) =>
    isCommitToPython(text) ? undefined : { what: ', which is no commit', hint },
  );
  if (isCommitToPython(ref) && !/^[0-9a-f]{40}$/i.test(ref)) {
    fields.warn('ref', `has ${JSON.stringify(ref)} as "ref", which pkgpanda accepts but git does not`);
  }
  return { kind: 'git', git: fields.text('git'), ref, refOrigin: fields.text('ref_origin') };
}

function readGitLocal(fields: SourceFields, folder: string): SourceRecipe | undefined {
  if (!fields.checkKeys(['kind', 'rel_path'])) return undefined;
  const hint = 'Give it relative to the folder of this file.';
  const path = fields.text('rel_path', (text) =>
    text.startsWith('/') ? { what: ', an absolute path', hint } : undefined,
  );
  return { kind: 'git_local', path: posix.normalize(`${folder}/${path}`).replace(/\/+$/, '') };
}

function readUrl(kind: 'url' | 'url_extract', fields: SourceFields, folder: string): SourceRecipe | undefined {
  const optional = kind === 'url' ? ['sha1', 'sha256'] : ['sha1', 'sha256', 'unpacked_limit'];
  if (!fields.checkKeys(['kind', 'url'], optional)) return undefined;
  const url = fields.text('url', checkUrl);
  const [checksum, secondChecksum] = fields.checksums();
  if (checksum === undefined) return undefined;
  return {
    kind,
    url: absoluteUrl(url, folder),
    checksum,
    ...(secondChecksum === undefined ? {} : { secondChecksum }),
    ...fields.unpackedLimit(),
  };
}

function readDebSource(fields: SourceFields): SourceRecipe | undefined {
  if (!fields.checkKeys(['kind', 'package', 'version', 'file', 'sha256'], ['unpacked_limit'])) return undefined;
  return {
    kind: 'deb_source',
    package: fields.word('package'),
    version: fields.word('version'),
    file: fields.word('file'),
    checksum: { algorithm: 'sha256', hex: fields.sha256('sha256') },
    ...fields.unpackedLimit(),
  };
}

function readDeb(fields: SourceFields): SourceRecipe | undefined {
  if (!fields.checkKeys(['kind', 'packages'])) return undefined;
  const packages = fields.objects('packages').map((item) => {
    if (!item.checkKeys(['package', 'version', 'architecture', 'sha256'])) return undefined;
    const hex = item.sha256('sha256');
    return {
      package: item.word('package'),
      version: item.word('version'),
      architecture: item.word('architecture'),
      checksum: { algorithm: 'sha256', hex } as const,
    };
  });
  return { kind: 'deb', packages: packages.filter((item) => item !== undefined) };
}

function checkUrl(url: string): { readonly what: string; readonly hint: string } | undefined {
  if (!url.includes('://')) return { what: ', which has no "://"', hint: 'Begin it with https:// or file://.' };
  if (!url.startsWith('mirror:') || /^mirror:\/\/\/[^/]+$/.test(url)) return undefined;
  return { what: ', which names no file', hint: 'Write mirror:///name-1.0.tar.gz: mirrors know files by their hash.' };
}

/** A file:// URL may be relative: to the package folder. */
function absoluteUrl(url: string, folder: string): string {
  const path = /^file:\/\/(?!\/)(.*)$/s.exec(url)?.[1];
  return path === undefined ? url : `file://${folder}/${path}`;
}

/** 40 characters that Python reads as a hexadecimal number other than zero: with `0x`, `_`, a sign or blanks too. */
function isCommitToPython(ref: string): boolean {
  const digits = /^[\s]*[-+]?(?:0[xX]_?)?([0-9a-fA-F](?:_?[0-9a-fA-F])*)\s*$/.exec(ref)?.[1];
  return digits !== undefined && /[1-9a-fA-F]/.test(digits) && ref.length === 40;
}
