/** The index of a mirror of sources, `mirror.json`: what it holds, with sizes and hashes. */
import { toSha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, type Json } from '../model/json.ts';
import { MIRROR_FOLDERS, MIRROR_INDEX } from '../model/mirror.ts';
import { byCodePoint } from '../model/order.ts';
import { parsePythonJson } from '../model/python-json.ts';

/** Changes when a reader of the old form would misunderstand the new one. */
const SCHEMA = 'dcos-build mirror 1';

export interface MirrorEntry {
  /** Its path in the mirror, such as `sha256/<hex>`. */
  readonly name: string;
  readonly bytes: number;
  /** Of its bytes, also where its name is another hash or a commit. */
  readonly sha256: Sha256;
  /** What a person calls it: a file name, or the address of a repository. */
  readonly item: string;
}

/** By name. */
export type MirrorIndex = ReadonlyMap<string, MirrorEntry>;

/** One entry a line, sorted by name: equal content gives equal bytes, and a diff shows what came. */
export function formatMirrorIndex(index: MirrorIndex): string {
  const entries = [...index.values()].toSorted((a, b) => byCodePoint(a.name, b.name));
  const lines = entries.map(({ name, bytes, sha256, item }) => `    ${JSON.stringify({ name, bytes, sha256, item })}`);
  return `{\n  "schema": ${JSON.stringify(SCHEMA)},\n  "entries": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`;
}

/**
 * @param location of the mirror, for messages
 * @throws UserError MIRROR_INVALID
 */
export function parseMirrorIndex(text: string, location: string): MirrorIndex {
  const value = parseJson(text, location);
  if (!isJsonObject(value) || !isJsonArray(value['entries'])) throw invalid(location, 'it is no index of a mirror');
  if (value['schema'] !== SCHEMA) {
    throw invalid(location, `its schema is ${JSON.stringify(value['schema'])}, and this dcos-build reads "${SCHEMA}"`);
  }
  const entries = value['entries'].map((entry, at) => readEntry(entry, at, location));
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function readEntry(value: Json, at: number, location: string): MirrorEntry {
  const { name, bytes, sha256, item } = isJsonObject(value) ? value : {};
  const digest = typeof sha256 === 'string' ? toSha256(sha256) : undefined;
  const isName = typeof name === 'string' && /^[a-z0-9]+\/[0-9a-f]+(?:\.bundle)?$/.test(name);
  const isKnown = isName && MIRROR_FOLDERS.some((folder) => name.startsWith(folder));
  if (isKnown && typeof bytes === 'number' && digest !== undefined && typeof item === 'string') {
    return { name, bytes, sha256: digest, item };
  }
  throw invalid(location, `entries[${at}] has no name, bytes, sha256 and item as an entry has`);
}

function parseJson(text: string, location: string): Json {
  try {
    return parsePythonJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(location, `it is not JSON (${error.message})`);
    throw error;
  }
}

function invalid(location: string, what: string): UserError {
  return new UserError('MIRROR_INVALID', `${MIRROR_INDEX} of the mirror ${location} cannot be read: ${what}.`, {
    hint: `Take ${MIRROR_INDEX} out of the mirror: "dcos-build source mirror" then looks at its files and writes a new one.`,
    place: { file: MIRROR_INDEX },
  });
}
