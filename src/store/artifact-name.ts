/** Names of artifacts: the one rule that all stores share. */
import { isAbsolute, normalize } from 'node:path/posix';

/** Blob Storage takes a backslash for a slash, and no control characters. */
// oxlint-disable-next-line no-control-regex -- these are the ones
const FORBIDDEN = /[\\\u0000-\u001f\u007f]/;

/** @returns the name @throws Error for what is no relative path in its shortest form: the caller has a bug */
export function checkName(name: string): string {
  const isRelative = name !== '' && !isAbsolute(name) && !name.startsWith('..') && name !== '.';
  if (isRelative && normalize(name) === name && !name.endsWith('/') && !FORBIDDEN.test(name)) return name;
  throw new Error(`not the name of an artifact: ${name}`);
}
