/**
 * The folders of an install root in which the files of all packages come together, as links. Pure: entries in, paths out.
 *
 * pkgpanda meets a conflict as an error of the operating system, or writes through one package's link into its folder;
 * here all of them are found before anything is made.
 */
import type { UserError } from '../model/errors.ts';
import { byCodePoint } from '../model/order.ts';
import type { PackageId } from '../model/package-id.ts';
import { conflict } from './activation-check.ts';

/** How many files an error names; two versions of one library collide in thousands. */
const MOST_NAMED = 20;

interface Owned {
  readonly id: PackageId;
  readonly isFolder: boolean;
}

/** Two packages that want the same path, at least one of them not as a folder. */
interface Clash {
  readonly path: string;
  readonly first: PackageId;
  readonly second: PackageId;
}

export class LinkFarm {
  /** Paths of folders relative to the root, outer ones first. */
  readonly folders: string[] = [];
  /** Targets by path relative to the root. */
  readonly links = new Map<string, string>();
  readonly #owners = new Map<string, Owned>();
  readonly #clashes: Clash[] = [];

  /** A folder that is always there and belongs to nobody. */
  addCommonFolder(path: string): void {
    this.folders.push(path);
  }

  /** Merges a folder of the package; false if the path is taken by something else, and nothing below it counts. */
  addFolder(path: string, id: PackageId): boolean {
    const owner = this.#owners.get(path);
    if (owner?.isFolder === true) return true;
    if (owner !== undefined) {
      this.#clashes.push({ path, first: owner.id, second: id });
      return false;
    }
    this.#owners.set(path, { id, isFolder: true });
    this.folders.push(path);
    return true;
  }

  addLink(path: string, target: string, id: PackageId): void {
    const owner = this.#owners.get(path);
    if (owner !== undefined) {
      this.#clashes.push({ path, first: owner.id, second: id });
      return;
    }
    this.#owners.set(path, { id, isFolder: false });
    this.links.set(path, target);
  }

  /** One error for each two packages that collide, sorted. */
  conflicts(): UserError[] {
    const pairs = Map.groupBy(this.#clashes, ({ first, second }) =>
      [first, second].toSorted(byCodePoint).join(' and '),
    );
    return [...pairs]
      .toSorted(([a], [b]) => byCodePoint(a, b))
      .map(([pair, clashes]) => {
        const paths = clashes.map(({ path }) => path).toSorted(byCodePoint);
        const more = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : '';
        return conflict(
          `${pair} both install ${paths.slice(0, MOST_NAMED).join(', ')}${more}.`,
          'Let one of the two not install them, or install them under other names.',
        );
      });
  }
}
