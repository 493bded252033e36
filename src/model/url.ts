/** URLs as they may be shown: whatever could be a secret in them is left out. */

const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/@'"]+)@/gi;
/** Parameters of signed URLs (Azure SAS, S3, GitHub, GitLab) and the like. */
const SECRET_PARAMETER = /([?&][^=&\s]*(?:sig|signature|token|secret|password|passwd|credential|key)=)[^&\s'"]+/gi;

/**
 * The text with user names and passwords of URLs, and values of parameters that sound like a secret, replaced. The user
 * of an ssh URL stays, for it names the service (`git@`); over HTTP a user alone may be a token.
 */
export function redactUrls(text: string): string {
  return text
    .replaceAll(CREDENTIALS, (all, scheme: string, user: string) =>
      /^(?:git\+)?ssh:/i.test(scheme) && !user.includes(':') ? all : `${scheme}***@`,
    )
    .replaceAll(SECRET_PARAMETER, '$1***');
}

/** How the address of a file begins that is on no server: only mirrors have it, by its hash. */
const MIRRORS_ONLY = 'mirror:///';

export function isOnMirrorsOnly(url: string): boolean {
  return url.startsWith(MIRRORS_ONLY);
}

/** The last part of a URL's path with its query, as pkgpanda names a downloaded file; empty if there is none. */
export function urlFileName(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
