/** Sources of a component, one kind per case, as buildinfo.json spells them. */

/** What the bytes of a download must hash to; sha1 is read for old trees and warned about. */
export interface Checksum {
  readonly algorithm: 'sha1' | 'sha256';
  /** As given in the recipe: pkgpanda hashes the text itself, so it is never folded to lower case here. */
  readonly hex: string;
}

export interface GitSource {
  readonly kind: 'git';
  readonly git: string;
  /** The pinned commit: 40 hex digits, as given. */
  readonly ref: string;
  /** The branch or tag the pin was taken from. */
  readonly refOrigin: string;
}

export interface GitLocalSource {
  readonly kind: 'git_local';
  /** Absolute path of the repository (rel_path, joined to the package folder). */
  readonly path: string;
  /** HEAD of that repository when the tree was read. */
  readonly commit: string;
}

export interface UrlSource {
  readonly kind: 'url' | 'url_extract';
  /** Absolute: a relative `file://` URL has been joined to the package folder. */
  readonly url: string;
  /** The strongest that the recipe gives. */
  readonly checksum: Checksum;
  /** A sha1 given besides a sha256. The id is made of it, so that an added sha256 rebuilds nothing: verify both. */
  readonly secondChecksum?: Checksum;
  /** Largest unpacked size in bytes that the archive may have (url_extract; default: see source/limits). */
  readonly unpackedLimit?: number;
}

/** One upstream tarball out of a Debian source package, found through apt's configuration; pinned by its sha256. */
export interface DebSourceSource {
  readonly kind: 'deb_source';
  /** Name of the Debian source package. */
  readonly package: string;
  /** Version of the Debian source package. */
  readonly version: string;
  /** File name of the tarball, such as `curl_7.88.1.orig.tar.gz`. */
  readonly file: string;
  readonly checksum: Checksum;
  readonly unpackedLimit?: number;
}

/** One Debian binary package of a `deb` source. */
export interface DebFile {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly checksum: Checksum;
}

/** Debian binary packages, all unpacked into one folder. */
export interface DebSource {
  readonly kind: 'deb';
  readonly packages: readonly DebFile[];
}

export type Source = GitSource | GitLocalSource | UrlSource | DebSourceSource | DebSource;
