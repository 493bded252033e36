/**
 * Files of an image by their paths. Symbolic links are followed inside of the image, as the booted system would, and
 * nowhere else; nothing is written anywhere.
 */
import type { NodeFacts, Volume } from './volume.ts';

export interface FoundFile extends NodeFacts {
  /** Without symbolic links: where it is. */
  readonly path: string;
}

export interface ImageFiles {
  /** Follows every link. Undefined: there is nothing, or the links lead nowhere. */
  find(path: string): Promise<FoundFile | undefined>;
  /** The same, but a link at the end is not followed. */
  look(path: string): Promise<FoundFile | undefined>;
  /** Target of a link as it stands there; undefined for everything else. */
  target(path: string): Promise<string | undefined>;
  /** Names in a folder, sorted; none where there is no folder. */
  list(path: string): Promise<readonly string[]>;
  /** Content of a file, cut after `most` bytes; undefined where there is no file. */
  read(path: string, most?: number): Promise<Buffer | undefined>;
  text(path: string, most?: number): Promise<string | undefined>;
}

/** A file system and the folder at which the booted system mounts it; the first one is the root. */
export interface Mount {
  readonly path: string;
  readonly volume: Volume<unknown>;
}

interface Place {
  readonly path: string;
  readonly volume: Volume<unknown>;
  readonly ref: unknown;
}

const MOST_LINKS = 40;
/** Enough for every text that is looked at here. */
const MOST_BYTES = 4 * 2 ** 20;
/** Names in folders that are kept for the next look. */
const MOST_KEPT_NAMES = 200_000;

export function openFiles(mounts: readonly Mount[]): ImageFiles {
  const walker = new Walker(mounts);
  const found = async (place: Place | undefined): Promise<FoundFile | undefined> => {
    if (place === undefined) return undefined;
    const { kind, bytes, mode, uid, gid } = await place.volume.facts(place.ref);
    return { kind, bytes, mode, uid, gid, path: place.path };
  };
  const read = async (path: string, most = MOST_BYTES): Promise<Buffer | undefined> => {
    const place = await walker.walk(path, true);
    if (place === undefined || (await place.volume.facts(place.ref)).kind !== 'file') return undefined;
    return place.volume.read(place.ref, 0, most);
  };
  return {
    find: async (path) => found(await walker.walk(path, true)),
    look: async (path) => found(await walker.walk(path, false)),
    target: async (path) => walker.targetOf(await walker.walk(path, false)),
    list: async (path) => {
      const place = await walker.walk(path, true);
      if (place === undefined || (await place.volume.facts(place.ref)).kind !== 'folder') return [];
      return [...(await walker.childrenOf(place)).keys()].toSorted();
    },
    read,
    text: async (path, most) => (await read(path, most))?.toString('utf8'),
  };
}

class Walker {
  readonly #mounts: ReadonlyMap<string, Volume<unknown>>;
  readonly #folders = new Map<string, ReadonlyMap<string, unknown>>();
  #keptNames = 0;

  constructor(mounts: readonly Mount[]) {
    this.#mounts = new Map(mounts.map(({ path, volume }) => [path, volume]));
  }

  async walk(path: string, followsLast: boolean): Promise<Place | undefined> {
    const ahead = wordsOf(path).toReversed();
    let here: readonly Place[] = [this.#rootPlace()];
    let links = 0;
    while (ahead.length > 0) {
      const name = ahead.pop() ?? '';
      const folder = here.at(-1);
      if (folder === undefined) return undefined;
      if (name === '..') {
        here = here.length > 1 ? here.slice(0, -1) : here;
        continue;
      }
      const place = await this.#step(folder, name);
      if (place === undefined) return undefined;
      const target = followsLast || ahead.length > 0 ? await this.targetOf(place) : undefined;
      if (target === undefined) here = [...here, place];
      else {
        links += 1;
        if (links > MOST_LINKS) return undefined;
        if (target.startsWith('/')) here = here.slice(0, 1);
        ahead.push(...wordsOf(target).toReversed());
      }
    }
    return here.at(-1);
  }

  async targetOf(place: Place | undefined): Promise<string | undefined> {
    if (place === undefined || (await place.volume.facts(place.ref)).kind !== 'link') return undefined;
    return place.volume.target(place.ref);
  }

  async childrenOf({ path, volume, ref }: Place): Promise<ReadonlyMap<string, unknown>> {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const children = await volume.children(ref);
    this.#keptNames += children.size + 1;
    if (this.#keptNames > MOST_KEPT_NAMES) {
      this.#folders.clear();
      this.#keptNames = children.size;
    }
    this.#folders.set(path, children);
    return children;
  }

  async #step(folder: Place, name: string): Promise<Place | undefined> {
    if ((await folder.volume.facts(folder.ref)).kind !== 'folder') return undefined;
    const folded = folder.volume.fold(name);
    const ref = (await this.childrenOf(folder)).get(folded);
    if (ref === undefined) return undefined;
    const path = `${folder.path === '/' ? '' : folder.path}/${folded}`;
    const mounted = this.#mounts.get(path);
    return mounted === undefined ? { path, volume: folder.volume, ref } : { path, volume: mounted, ref: mounted.root };
  }

  #rootPlace(): Place {
    const volume = this.#mounts.get('/');
    if (volume === undefined) throw new Error('files are looked for in an image without a root');
    return { path: '/', volume, ref: volume.root };
  }
}

function wordsOf(path: string): string[] {
  return path.split('/').filter((word) => word !== '' && word !== '.');
}
