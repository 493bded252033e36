/**
 * Gathers the licence texts that come with the sources of a component, to be packed with it, and what those and the tags
 * in source files say of the licence. The same sources give the same texts under the same names.
 */
import { isLicenceFile, licenceTags, recogniseTexts, type FoundLicence } from '../bom/licence-evidence.ts';
import { findFiles } from '../host/find-files.ts';
import { readHeadNow } from '../host/quick-files.ts';
import { sha256 } from '../model/digest.ts';
import { sorted } from '../model/order.ts';

export interface GatheredLicences {
  /** By path below `share/licenses/<component>/`: `<source>/<path in it>`. Each text is there once. */
  readonly texts: ReadonlyMap<string, Uint8Array>;
  /** Sorted by licence. */
  readonly found: readonly FoundLicence[];
  /** Sentences about what was left out. */
  readonly warnings: readonly string[];
}

export const NO_LICENCES: GatheredLicences = { texts: new Map(), found: [], warnings: [] };

/** Bounds for one component: far beyond what its licences need, and little beside what it packs. */
const MOST_TEXTS = 200;
const MOST_TEXT_BYTES = 512 * 1024;
const MOST_BYTES = 4 * 1024 * 1024;
/** Entries of one source that are looked at. */
const MOST_ENTRIES = 50_000;
/** Files in which tags are looked for, and how far into each: tags stand at the top. */
const MOST_TAGGED = 3000;
const TAGGED_BYTES = 1024;
const FILES_AT_A_TIME = 200;

/**
 * @param src the folder with a sub-folder for each source, as the build will see it
 * @param sources their names
 */
export async function gatherLicences(
  src: string,
  sources: Iterable<string>,
  signal?: AbortSignal,
): Promise<GatheredLicences> {
  const gatherer = new Gatherer(src, signal);
  for (const source of sorted(sources)) await gatherer.look(source);
  return gatherer.result();
}

class Gatherer {
  readonly #src: string;
  readonly #signal: AbortSignal | undefined;
  readonly #texts = new Map<string, Uint8Array>();
  readonly #seen = new Set<string>();
  readonly #found = new Map<string, { file: string; files: number }>();
  readonly #leftOut: string[] = [];
  #bytes = 0;
  #tagged = 0;

  constructor(src: string, signal: AbortSignal | undefined) {
    this.#src = src;
    this.#signal = signal;
  }

  async look(source: string): Promise<void> {
    const files = await findFiles(`${this.#src}/${source}`, MOST_ENTRIES, this.#signal);
    for (const [index, path] of files.entries()) {
      const shown = `${source}/${path}`;
      const [, debian] = /^usr\/share\/doc\/([^/]+)\/copyright$/.exec(path) ?? [];
      if (debian !== undefined) this.#take(shown, `${source}/${debian}/copyright`);
      else if (isLicenceFile(path)) this.#note(recogniseTexts(this.#take(shown, shown)), shown);
      else if ((this.#tagged += 1) <= MOST_TAGGED) this.#note(licenceTags(this.#head(shown)), shown);
      if (index % FILES_AT_A_TIME === 0) await new Promise(setImmediate);
      this.#signal?.throwIfAborted();
    }
  }

  result(): GatheredLicences {
    const found = sorted(this.#found.keys()).flatMap((licence) => {
      const files = this.#found.get(licence);
      return files === undefined ? [] : [{ licence, ...files }];
    });
    const [first] = this.#leftOut;
    const count = this.#leftOut.length;
    const warning = `${first} is not packed with the licence texts, for it is too large or one too many (${count} in all)`;
    return { texts: this.#texts, found, warnings: first === undefined ? [] : [warning] };
  }

  /** Keeps a text, unless it is there already, and returns it; empty for what is no text or too large. */
  #take(from: string, to: string): string {
    const content = readHeadNow(`${this.#src}/${from}`, MOST_TEXT_BYTES + 1);
    if (content.includes(0)) return '';
    const isTooMuch = this.#texts.size >= MOST_TEXTS || this.#bytes + content.length > MOST_BYTES;
    const digest = sha256(content);
    if (content.length > MOST_TEXT_BYTES || (isTooMuch && !this.#seen.has(digest))) {
      this.#leftOut.push(from);
    } else if (!this.#seen.has(digest)) {
      this.#seen.add(digest);
      this.#texts.set(to, content);
      this.#bytes += content.length;
    }
    return content.toString('utf8');
  }

  #head(path: string): string {
    return readHeadNow(`${this.#src}/${path}`, TAGGED_BYTES).toString('latin1');
  }

  #note(licences: readonly string[], file: string): void {
    for (const licence of new Set(licences)) {
      const known = this.#found.get(licence);
      if (known === undefined) this.#found.set(licence, { file, files: 1 });
      else known.files += 1;
    }
  }
}
