/**
 * Package URLs, `pkg:type/namespace/name@version?qualifiers#subpath`, taken apart.
 *
 * @see https://github.com/package-url/purl-spec
 */

export interface PackageUrl {
  /** Lower case. */
  readonly type: string;
  /** Segments joined by `/`; empty if there is none. */
  readonly namespace: string;
  readonly name: string;
  readonly version: string | undefined;
  /** Keys in lower case. */
  readonly qualifiers: ReadonlyMap<string, string>;
}

const PURL = /^pkg:\/*([a-z][a-z0-9.+-]*)\/([^?#]+)(?:\?([^#]*))?(?:#.*)?$/i;

/** Undefined if the text is none. */
export function parsePurl(text: string): PackageUrl | undefined {
  const [, type = '', path = '', query = ''] = PURL.exec(text) ?? [];
  const at = path.lastIndexOf('@');
  // An @ at the beginning of a segment is part of a name that should have been escaped, as npm's scopes are.
  const hasVersion = at > 0 && path[at - 1] !== '/';
  const segments = (hasVersion ? path.slice(0, at) : path).split('/').filter((segment) => segment !== '');
  const name = segments.at(-1);
  if (name === undefined) return undefined;
  return {
    type: type.toLowerCase(),
    namespace: segments.slice(0, -1).map(decode).join('/'),
    name: decode(name),
    version: hasVersion ? decode(path.slice(at + 1)) : undefined,
    qualifiers: new Map(query.split('&').flatMap(qualifier)),
  };
}

function qualifier(text: string): [string, string][] {
  const [key = '', ...value] = text.split('=');
  return key === '' ? [] : [[key.toLowerCase(), decode(value.join('='))]];
}

/** What is no valid escape stays as it is: files of others are read, not judged. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
