/**
 * entries.json of a stage: what each of its files is in the image. One list for each entry, so that tens of thousands are
 * read in a moment.
 */
import { join } from 'node:path';
import type { PlainEntry } from '../host/plain-root.ts';
import { readTextNow } from '../host/quick-files.ts';
import { writeFileWhole } from '../host/files.ts';
import { toSha256, type Sha256 } from '../model/digest.ts';
import { isJsonArray, isJsonObject, type Json } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';
import { sha256 } from '../model/digest.ts';
import type { RootEntry } from '../image/root-tree.ts';

const FILE = 'entries.json';
const FILES = 'root';

/** Where the files of a stage are. */
export function filesOf(stage: string): string {
  return join(stage, FILES);
}

/** Writes the list; the files are at {@link filesOf} already. */
export async function writeEntries(stage: string, entries: readonly PlainEntry[]): Promise<void> {
  const rows = entries.map((entry) => JSON.stringify(rowOf(entry)));
  await writeFileWhole(join(stage, FILE), `[\n${rows.join(',\n')}\n]\n`);
}

/** The entries of a finished stage. */
export function readEntries(stage: string): readonly RootEntry[] {
  const path = join(stage, FILE);
  const rows = parseJson(readTextNow(path) ?? '');
  const entries = isJsonArray(rows) ? rows.map((row) => entryOf(row, filesOf(stage))) : [];
  const whole = entries.filter((entry) => entry !== undefined);
  if (whole.length === 0 || whole.length < entries.length) throw new Error(`${path} is no list of entries`);
  return whole;
}

/** Kind, path, mode, uid, gid, mtime; hash of a file or target of a link; size; attributes in base64. */
function rowOf(entry: PlainEntry): readonly unknown[] {
  const { kind, path, mode, uid, gid, mtime, xattrs } = entry;
  const word = kind === 'file' ? entry.sha256 : kind === 'folder' ? '' : entry.target;
  const row = [kind, path, mode, uid, gid, mtime, word, kind === 'file' ? entry.bytes : 0];
  if (xattrs === undefined) return row;
  return [
    ...row,
    Object.fromEntries(Object.entries(xattrs).map(([name, value]) => [name, value.toString('base64')] as const)),
  ];
}

function entryOf(row: Json, files: string): RootEntry | undefined {
  if (!isJsonArray(row)) return undefined;
  const [kind, path, mode, uid, gid, mtime, word, bytes, encoded] = row;
  if (typeof path !== 'string' || typeof word !== 'string') return undefined;
  if (!isNumber(mode) || !isNumber(uid) || !isNumber(gid) || !isNumber(mtime) || !isNumber(bytes)) return undefined;
  const common = { path, mode, uid, gid, mtime, ...readXattrs(encoded) };
  if (kind === 'folder') return { ...common, kind };
  if (kind === 'link' || kind === 'hardlink') return { ...common, kind, target: word };
  const digest: Sha256 = toSha256(word) ?? sha256('');
  return kind === 'file' ? { ...common, kind, bytes, sha256: digest, content: { file: `${files}${path}` } } : undefined;
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number';
}

function readXattrs(encoded: Json | undefined): { readonly xattrs?: Readonly<Record<string, Buffer>> } {
  if (!isJsonObject(encoded)) return {};
  const pairs = Object.entries(encoded).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, Buffer.from(value, 'base64')] as const] : [],
  );
  return { xattrs: Object.fromEntries(pairs) };
}
