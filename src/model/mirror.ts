/**
 * The layout of a mirror of sources, and its addresses. A mirror is a folder, or what a web server shows of one:
 *
 *     sha256/<hex>          a file by its hash: a download, a Debian package, an upstream tarball
 *     sha1/<hex>            the same for what old recipes pin by SHA-1
 *     git/<commit>.bundle   one commit with its files, without its history
 *     mirror.json           what the mirror holds
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The name of the index in a mirror. */
export const MIRROR_INDEX = 'mirror.json';

/** Prefixes of all names in a mirror but that of the index. */
export const MIRROR_FOLDERS = ['sha256/', 'sha1/', 'git/'] as const;

/** The name of a commit in a mirror. @param commit 40 hex digits, lower case */
export function bundleName(commit: string): string {
  return `git/${commit}.bundle`;
}

/** A mirror as the user names it, a folder or a URL, as a URL. */
export function mirrorUrl(mirror: string): string {
  return URL.canParse(mirror) ? mirror : pathToFileURL(resolve(mirror)).href;
}

/** Where a mirror would have that name; its query, such as a SAS, goes along. */
export function mirrorAddress(mirror: string, name: string): string {
  const url = new URL(mirror);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${name}`;
  return url.href;
}

/** Whether the URL is that of a file or folder of this machine. */
export function isLocalUrl(url: string): boolean {
  return url.startsWith('file:');
}
