/** Media types by the ending of a name, for what serves artifacts to others. */

const TYPES: Readonly<Record<string, string>> = {
  xz: 'application/x-xz',
  zst: 'application/zstd',
  gz: 'application/gzip',
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  sh: 'text/x-shellscript; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  latest: 'text/plain; charset=utf-8',
  yaml: 'application/yaml',
  pem: 'application/x-pem-file',
};

/** A name without an ending in pkgpanda's layout is a text, such as `version`; below a hash's folder it is any file. */
export function contentTypeOf(name: string): string {
  const file = name.slice(name.lastIndexOf('/') + 1);
  const ending = /\.([a-z0-9]+)$/.exec(file)?.[1];
  if (ending !== undefined) return TYPES[ending] ?? 'application/octet-stream';
  return /^[0-9a-f]{40,}$/.test(file) ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}
