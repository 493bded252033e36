/** The Plan: which components a tree holds, under which ids, from what, and in which order they can be built. */
import type { HashableJson, JsonObject } from '../model/json.ts';
import type { PackageId } from '../model/package-id.ts';
import type { Source } from '../model/source.ts';

export type { HashableJson } from '../model/json.ts';

/** `<name>|<variant>`, with `null` for the default variant: how the plan names one variant of one component. */
export type ComponentKey = string;

export interface PlannedComponent {
  readonly key: ComponentKey;
  readonly name: string;
  /** undefined: the default variant. */
  readonly variant: string | undefined;
  readonly id: PackageId;
  /** What was hashed into the id (facts: pkgpanda 6). */
  readonly buildIds: { readonly [key: string]: HashableJson };
  /** Absolute path of the component's folder. */
  readonly folder: string;
  /** Path of the build script relative to the folder. */
  readonly buildScript: string;
  /** What was hashed into `extra_source`: SHA-1 by path relative to `extra/`, '' for an empty folder; undefined: no `extra/`. */
  readonly extra: Readonly<Record<string, string>> | undefined;
  /** Every source by name, in sorted order. */
  readonly sources: ReadonlyMap<string, Source>;
  /** The source objects as the recipe gives them, for buildinfo.full.json. */
  readonly rawSources: Readonly<Record<string, JsonObject>>;
  readonly builder: {
    /** The value of `docker`, or pkgpanda's default. */
    readonly name: string;
    /** `root`: a root of ours, `builders/<name>.json`; `image`: an OCI image. */
    readonly kind: 'root' | 'image';
    /** What entered the id: the image's id, or `sha256:` and the digest of our builder root. */
    readonly id: string;
  };
  /** Direct requirements in sorted order. */
  readonly requires: readonly ComponentKey[];
  /** Every requirement, direct or not, sorted by id. */
  readonly closure: readonly PackageId[];
  /** What goes into pkginfo.json, keys as pkgpanda writes them. */
  readonly packageInfo: JsonObject;
}

export interface PlannedTree {
  /** undefined: the default tree. */
  readonly variant: string | undefined;
  readonly bootstrap: string;
  /** Ids of the whole tree, sorted. */
  readonly packages: readonly PackageId[];
  /** Ids of the bootstrap in the order of `<bootstrap>.active.json`. */
  readonly active: readonly PackageId[];
  /** Keys in pkgpanda's order when this tree alone is built. */
  readonly buildOrder: readonly ComponentKey[];
}

export interface Plan {
  /** The trees asked for: the default one first, then by name. */
  readonly trees: readonly PlannedTree[];
  /** Every component that a tree reaches, in `buildOrder`. */
  readonly components: ReadonlyMap<ComponentKey, PlannedComponent>;
  /** pkgpanda's order when all asked-for trees are built together. */
  readonly buildOrder: readonly ComponentKey[];
}
