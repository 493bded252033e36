/** What stands in the fields of an SPDX document, in the forms that the specification has for them. Pure. */
import { formatTerm, licenceTerms, parseLicence, type LicenceTerm } from '../recipe/licence-expression.ts';
import type { BillComponent, BillSource } from './bill.ts';
import { isDigest } from './document.ts';

export const NOASSERTION = 'NOASSERTION';

export function purlReference(purl: string): object {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
}

/** As it is written, but for blanks and quotes, which no URI has. */
export function uri(text: string): string {
  return text.replaceAll(/[\s"<>\\^`{|}]/g, encodeURIComponent);
}

/** The form for version control is `<scheme>+<transport>://…@<commit>` (7.7.3); git's short ssh form is no URI. */
export function downloadLocation({ kind, urls, commit }: BillSource): string {
  const [url] = urls;
  if (url === undefined) return NOASSERTION;
  if (kind !== 'git') return /^(?:https?|ftp):\/\//.test(url) ? uri(url) : NOASSERTION;
  const scheme = /^(?:git|https?|ssh):\/\//.test(url) ? (url.startsWith('git:') ? url : `git+${url}`) : undefined;
  return scheme === undefined ? NOASSERTION : `${uri(scheme)}@${commit}`;
}

/** A git commit is no checksum of a file. What no file can have as its sha1 is left out. */
export function checksums({ hashes }: BillSource): object[] | undefined {
  const found = hashes
    .filter(({ algorithm, hex }) => isDigest(algorithm, hex))
    .map(({ algorithm, hex }) => ({ algorithm: algorithm.toUpperCase(), checksumValue: hex.toLowerCase() }));
  return found.length === 0 ? undefined : found;
}

/** Licences of the user's own have to be explained in the document (10.1). */
export function extractedLicences(components: readonly BillComponent[]): object[] | undefined {
  const found = new Map<string, object>();
  for (const { label, licence, licenceNote } of components) {
    for (const term of declarable(licence) ?? []) {
      const licenseId = term.license;
      if (!licenseId.startsWith('LicenseRef-') || found.has(licenseId)) continue;
      const extractedText = licenceNote ?? `See share/licenses/${label.split('/')[0]}/ in the package of ${label}.`;
      found.set(licenseId, { licenseId, name: formatTerm(term), extractedText });
    }
  }
  return found.size === 0 ? undefined : [...found.values()];
}

/** What is no expression can only be told in words: manifests of packages may come from other programs than ours. */
export function declaredLicence({ licence, licenceNote }: BillComponent): object {
  if (licence === undefined || declarable(licence) !== undefined) {
    return { licenseDeclared: licence ?? NOASSERTION, licenseComments: licenceNote };
  }
  const told = [`Declared as ${JSON.stringify(licence)}.`, ...(licenceNote === undefined ? [] : [licenceNote])];
  return { licenseDeclared: NOASSERTION, licenseComments: told.join(' ') };
}

/** The licences of an expression, unless it refers to another document, which would have to be named here (6.6). */
function declarable(licence: string | undefined): readonly LicenceTerm[] | undefined {
  const expression = licence === undefined ? undefined : parseLicence(licence);
  const terms = expression === undefined ? undefined : licenceTerms(expression);
  return terms?.some(({ license }) => license.startsWith('DocumentRef-')) === true ? undefined : terms;
}
