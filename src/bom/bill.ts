/**
 * The bill of materials in our own terms: what a tree or a release consists of, from where, under which licences. The
 * formats that others read (CycloneDX, SPDX), the list of licences and comparisons are made of it. Pure.
 */
import { member, type JsonObject } from '../model/json.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import type { Source } from '../model/source.ts';
import { unreachable } from '../model/unreachable.ts';
import { redactUrls } from '../model/url.ts';
import type { Description } from '../recipe/description.ts';
import type { FoundLicence } from './licence-evidence.ts';
import { labelOf } from '../resolve/graph.ts';
import type { PlannedComponent, PlannedTree } from '../resolve/plan.ts';

export interface Bill {
  /** As release.json of the tree gives it; undefined: there is none. */
  readonly release: BillRelease | undefined;
  /** Which treeinfo.json; undefined: the default tree. */
  readonly variant: string | undefined;
  /** The id of the tree's bootstrap; undefined: not known. */
  readonly bootstrap: string | undefined;
  /** Sorted by label. */
  readonly components: readonly BillComponent[];
}

export interface BillRelease {
  readonly name: string;
  readonly version: string;
  readonly channel: string | undefined;
  readonly codename: string | undefined;
}

/** What component.json tells is undefined where there is none, or where it does not say. */
export interface BillComponent {
  /** What a person calls it: `name` or `name/variant`. */
  readonly label: string;
  readonly name: string;
  /** undefined: the default variant. */
  readonly variant: string | undefined;
  /** The package id. */
  readonly id: string;
  readonly version: string | undefined;
  readonly summary: string | undefined;
  /** An SPDX expression, as it is written. */
  readonly licence: string | undefined;
  readonly licenceNote: string | undefined;
  readonly homepage: string | undefined;
  readonly supplier: string | undefined;
  readonly purl: string | undefined;
  /** CPE 2.3. */
  readonly cpe: string | undefined;
  /** `private`: its sources stand on a mirror that the user configures. */
  readonly availability: 'public' | 'private';
  /** Labels of direct requirements, sorted. */
  readonly requires: readonly string[];
  /** Sorted by name. */
  readonly sources: readonly BillSource[];
  readonly builder: {
    readonly name: string;
    readonly kind: 'root' | 'image';
    readonly id: string;
  };
  /** Its tarball in the store; undefined: not built. */
  readonly package: BillPackage | undefined;
}

export interface BillPackage {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** What its sources say of their licences, as far as the build has noted it. */
  readonly licences?: readonly FoundLicence[];
}

export interface BillSource {
  readonly name: string;
  readonly kind: Source['kind'];
  /** Where it is fetched from, as the recipe says, without secrets; empty where apt or this machine knows. */
  readonly urls: readonly string[];
  /** Of a git repository. */
  readonly commit: string | undefined;
  /** Of the one file that it is. */
  readonly hashes: readonly { readonly algorithm: 'sha1' | 'sha256'; readonly hex: string }[];
  /** Debian packages: binary ones, or the source package (architecture `source`) that the file belongs to. */
  readonly packages: readonly BillDebianPackage[];
}

export interface BillDebianPackage {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: string;
}

/** What is known of a component beside its plan. */
export interface ComponentFacts {
  readonly description: Description | undefined;
  readonly package: BillPackage | undefined;
}

/** The bill of one planned tree. @param factsOf asked once for each component of it */
export function billOf(
  { variant, bootstrap, packages }: Pick<PlannedTree, 'variant' | 'bootstrap' | 'packages'>,
  components: Iterable<PlannedComponent>,
  { release, factsOf }: { release?: BillRelease | undefined; factsOf: (component: PlannedComponent) => ComponentFacts },
): Bill {
  const ids = new Set(packages);
  const listed = [...components]
    .filter(({ id }) => ids.has(id))
    .map((component) => billComponent(component, factsOf(component)));
  return { release, variant, bootstrap, components: listed.toSorted((a, b) => byCodePoint(a.label, b.label)) };
}

function billComponent(component: PlannedComponent, { description, package: built }: ComponentFacts): BillComponent {
  const { key, name, variant, id, builder, requires, sources } = component;
  return {
    label: labelOf(key),
    name,
    variant,
    id,
    ...described(description),
    requires: sorted(requires.map(labelOf)),
    sources: Array.from(sources, ([source, value]) => billSource(source, value, component.rawSources[source])),
    builder,
    package: built,
  };
}

type Described =
  'version' | 'summary' | 'licence' | 'licenceNote' | 'homepage' | 'supplier' | 'purl' | 'cpe' | 'availability';

/** The keys of component.json that a bill is made of. */
export const DESCRIPTION_KEYS = [
  'version',
  'summary',
  'licence',
  'licence_note',
  'homepage',
  'supplier',
  'purl',
  'cpe',
  'availability',
] as const satisfies readonly (keyof Description)[];

/** What a bill takes from component.json. */
export function described(description: Partial<Description> | undefined): Pick<BillComponent, Described> {
  return {
    version: description?.version,
    summary: description?.summary,
    licence: description?.licence,
    licenceNote: description?.licence_note,
    homepage: description?.homepage,
    supplier: description?.supplier,
    purl: description?.purl,
    cpe: description?.cpe,
    availability: description?.availability ?? 'public',
  };
}

/** What a bill tells of a source. @param raw the source as the recipe gives it */
export function billSource(name: string, source: Source, raw: JsonObject = {}): BillSource {
  const { kind } = source;
  const none = { name, kind, urls: [], commit: undefined, hashes: [], packages: [] };
  switch (source.kind) {
    case 'git':
      return { ...none, urls: [redactUrls(source.git)], commit: source.ref };
    case 'git_local':
      return { ...none, commit: source.commit };
    case 'url':
    case 'url_extract': {
      const { checksum, secondChecksum: second } = source;
      // As the recipe gives it: a file:// URL relative to the component would become a path of this machine.
      const given = member(raw, 'url');
      const url = typeof given === 'string' ? given : source.url;
      return { ...none, urls: [redactUrls(url)], hashes: second === undefined ? [checksum] : [checksum, second] };
    }
    case 'deb_source': {
      const { package: of, version, checksum } = source;
      const packages = [{ package: of, version, architecture: 'source', sha256: checksum.hex }];
      return { ...none, hashes: [checksum], packages };
    }
    case 'deb':
      return {
        ...none,
        packages: source.packages.map(({ package: of, version, architecture, checksum }) => {
          return { package: of, version, architecture, sha256: checksum.hex };
        }),
      };
    default:
      return unreachable(source);
  }
}
