/** What an index entry says about a file that a recipe or a lock names. Pure. */
import { type Sha256, toSha256 } from '../model/digest.ts';
import type { IndexEntry } from './apt-index.ts';

export interface SourceQuery {
  /** Name of the Debian source package. */
  readonly package: string;
  readonly version: string;
  /** Name of the one file wanted, such as `curl_7.88.1.orig.tar.gz`. */
  readonly file: string;
  readonly sha256: string;
}

export interface DebQuery {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: string;
}

/** Where a file may be had. */
export interface AptCandidates {
  /** Best first; none only if the archive has never heard of the package. */
  readonly urls: readonly string[];
  /** Path below the archive root, such as `pool/main/c/curl/…`, if known. */
  readonly path: string | undefined;
  /** Size by the index, if it lists these very bytes. */
  readonly bytes: number | undefined;
  /** Whether an index names this very sha256; otherwise the URLs are where an older file may still lie. */
  readonly listed: boolean;
  /** Versions that the archive has of this package now, for messages. */
  readonly versions: readonly string[];
}

/** One exact binary package, as a lock records it. */
export interface AptPackage {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  /** Path below the archive root: `pool/main/…`. */
  readonly path: string;
  /** URL on the archive that lists it; not for locks, which outlive addresses. */
  readonly url: string;
  readonly bytes: number;
  readonly sha256: Sha256;
}

/** One version of a source package, as an index lists it. */
export interface ListedSource {
  readonly version: string;
  readonly files: readonly { readonly name: string; readonly sha256: Sha256; readonly bytes: number }[];
}

/** One version of a binary package, as an index lists it. */
export interface ListedDeb {
  readonly version: string;
  readonly architecture: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  /** The source package that it is built from. */
  readonly source: string;
}

interface Listed {
  readonly roots: readonly string[];
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The file in every suite that lists its sha256, else by its name in the folders of the other versions. */
export function sourceCandidates(entries: readonly IndexEntry[], query: SourceQuery): AptCandidates {
  return candidates(entries, entries.flatMap(sourceFiles), query.sha256, query.file);
}

/** The package in every suite that lists its sha256, else by its name in the folders of the other versions. */
export function debCandidates(entries: readonly IndexEntry[], query: DebQuery): AptCandidates {
  const version = query.version.replace(/^\d+:/, '');
  return candidates(
    entries,
    entries.flatMap(debFile),
    query.sha256,
    `${query.package}_${version}_${query.architecture}.deb`,
  );
}

/** Every version of a source package that the archive has. */
export function listedSources(entries: readonly IndexEntry[]): ListedSource[] {
  return entries.flatMap((entry) => {
    const version = entry.fields.get('Version');
    const files = sourceFiles(entry).flatMap(({ path, sha256: hex, bytes }) => {
      const sha256 = toSha256(hex);
      return sha256 === undefined ? [] : [{ name: path.slice(path.lastIndexOf('/') + 1), sha256, bytes }];
    });
    return version === undefined ? [] : [{ version, files }];
  });
}

/** Every version of a binary package that the archive has. */
export function listedDebs(entries: readonly IndexEntry[]): ListedDeb[] {
  return entries.flatMap((entry) => {
    const { fields } = entry;
    const [version, architecture] = [fields.get('Version'), fields.get('Architecture')];
    const [file] = debFile(entry);
    const sha256 = toSha256(file?.sha256 ?? '');
    if (version === undefined || architecture === undefined || file === undefined || sha256 === undefined) return [];
    const source = (fields.get('Source') ?? fields.get('Package') ?? '').replace(/ .*$/, '');
    return [{ version, architecture, sha256, bytes: file.bytes, source }];
  });
}

/** The entry of that very version and architecture. */
export function packageOf(
  entries: readonly IndexEntry[],
  { name, version, architecture }: { readonly name: string; readonly version: string; readonly architecture: string },
): AptPackage {
  const entry = entries.find(
    ({ fields }) => fields.get('Version') === version && fields.get('Architecture') === architecture,
  );
  const [file] = entry === undefined ? [] : debFile(entry);
  const digest = toSha256(file?.sha256 ?? '');
  if (file === undefined || digest === undefined) throw new Error(`apt chose ${name} ${version}, which no index lists`);
  const { roots, path, bytes } = file;
  const url = poolUrl(roots[0] ?? '', path);
  return { package: name, version, architecture, path, url, bytes, sha256: digest };
}

/** Spelled so that a `+` of a version is itself and not a space on any server. */
export function poolUrl(root: string, path: string): string {
  return root + path.split('/').map(encodeURIComponent).join('/');
}

function candidates(
  entries: readonly IndexEntry[],
  files: readonly Listed[],
  sha256: string,
  name: string,
): AptCandidates {
  const same = files.filter((file) => file.sha256 === sha256.toLowerCase());
  const guesses = files.map(({ roots, path }) => ({ roots, path: path.slice(0, path.lastIndexOf('/') + 1) + name }));
  const places = same.length > 0 ? same : guesses;
  return {
    urls: [...new Set(places.flatMap(({ roots, path }) => roots.map((root) => poolUrl(root, path))))],
    path: places[0]?.path,
    bytes: same[0]?.bytes,
    listed: same.length > 0,
    versions: [...new Set(entries.flatMap(({ fields }) => fields.get('Version') ?? []))],
  };
}

function sourceFiles({ roots, fields }: IndexEntry): Listed[] {
  const folder = fields.get('Directory') ?? '';
  const lines = (fields.get('Checksums-Sha256') ?? '').matchAll(/^\s*([0-9a-f]{64})\s+(\d+)\s+(\S+)$/gm);
  return [...lines].map(([, sha256 = '', bytes, file = '']) => ({
    roots,
    path: `${folder}/${file}`,
    sha256,
    bytes: Number(bytes),
  }));
}

function debFile({ roots, fields }: IndexEntry): Listed[] {
  const path = fields.get('Filename');
  if (path === undefined) return [];
  return [{ roots, path, sha256: fields.get('SHA256') ?? '', bytes: Number(fields.get('Size')) }];
}
