/** Lookups in apt's Packages and Sources indexes: plain scans of the uncompressed files, 60 ms for all of Debian's. */
import { readFile } from 'node:fs/promises';
import { parseFields } from './apt-sources.ts';
import { isMissing } from './files.ts';

export type IndexKind = 'Packages' | 'Sources';

/** One index file and the archive roots that its paths are relative to: several if it came from a list of mirrors. */
export interface AptIndex {
  readonly kind: IndexKind;
  readonly path: string;
  readonly roots: readonly string[];
}

/** One paragraph of an index. */
export interface IndexEntry {
  /** Roots of the archive that lists it, each ending in `/`. */
  readonly roots: readonly string[];
  readonly fields: ReadonlyMap<string, string>;
}

const START = 'Package: ';
const LINE_FEED = 0x0a;

/** Every paragraph of these packages, in the order of the indexes. One file at a time is in memory. */
export async function findEntries(
  indexes: readonly AptIndex[],
  names: ReadonlySet<string>,
): Promise<Map<string, IndexEntry[]>> {
  const found = new Map<string, IndexEntry[]>();
  for (const { path, roots } of indexes) {
    const data = await readIfThere(path);
    for (const [name, fields] of paragraphsOf(data, names)) {
      const entries = found.get(name) ?? [];
      entries.push({ roots, fields });
      found.set(name, entries);
    }
  }
  return found;
}

/** An index that apt could not fetch lists nothing. */
async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0);
    throw error;
  }
}

function* paragraphsOf(
  data: Buffer,
  names: ReadonlySet<string>,
): Generator<readonly [string, ReadonlyMap<string, string>]> {
  const only = names.size === 1 ? [...names][0] : undefined;
  const needle = Buffer.from(only === undefined ? START : `${START}${only}\n`);
  for (let at = data.indexOf(needle); at >= 0; at = data.indexOf(needle, at + 1)) {
    if (at > 0 && data[at - 1] !== LINE_FEED) continue;
    const lineEnd = data.indexOf(LINE_FEED, at);
    const name = data.toString('utf8', at + START.length, lineEnd < 0 ? data.length : lineEnd);
    if (!names.has(name)) continue;
    const start = data.lastIndexOf('\n\n', at);
    const end = data.indexOf('\n\n', at);
    yield [name, parseFields(data.toString('utf8', start < 0 ? 0 : start + 2, end < 0 ? data.length : end))];
  }
}
