/** What changed from one bill to another. What a bill does not tell counts as unknown, never as changed. */
import { isDeepStrictEqual } from 'node:util';
import { byCodePoint } from '../model/order.ts';
import type { AnyBill, AnyComponent } from './any-bill.ts';
import type { BillRelease, BillSource } from './bill.ts';
import { compareVersions } from './upstream-version.ts';

export interface BillDiff {
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Components, as all lists here, are sorted by label. */
  readonly added: readonly AnyComponent[];
  readonly removed: readonly AnyComponent[];
  readonly changed: readonly ComponentChange[];
  /** How many are in both, and the same. */
  readonly unchanged: number;
}

export interface DiffSide {
  readonly release: BillRelease | undefined;
  readonly variant: string | undefined;
  readonly bootstrap: string | undefined;
  readonly components: number;
}

export interface Change<Value> {
  readonly before: Value;
  readonly after: Value;
}

/** `other`: the two are in no order, as commits are, or count as the same. */
export type Direction = 'up' | 'down' | 'other';

/** What is the same is undefined. With nothing but `id`, it is built of the same in another way, or on other things. */
export interface ComponentChange {
  /** Label in the second bill. */
  readonly component: string;
  /** Variants of one component, when each bill has but one of it. */
  readonly variant: Change<string | undefined> | undefined;
  readonly version: (Change<string> & { readonly direction: Direction }) | undefined;
  readonly licence: Change<string> | undefined;
  readonly availability: Change<'public' | 'private'> | undefined;
  readonly sources: readonly SourceChange[] | undefined;
  readonly requires: { readonly added: readonly string[]; readonly removed: readonly string[] } | undefined;
  readonly builder: Change<NonNullable<AnyComponent['builder']>> | undefined;
  /** Of the package. */
  readonly bytes: Change<number> | undefined;
  readonly id: Change<string> | undefined;
}

/** One source by its name; undefined on the side that does not have it. */
export interface SourceChange extends Change<BillSource | undefined> {
  readonly name: string;
}

/** Compares two bills; both ways round give the same, with the sides exchanged. */
export function diffBills(before: AnyBill, after: AnyBill): BillDiff {
  const { pairs, added, removed } = pairUp(before.components, after.components);
  const changed = pairs.flatMap(([one, other]) => compareComponents(one, other) ?? []);
  return {
    before: sideOf(before),
    after: sideOf(after),
    added,
    removed,
    changed: changed.toSorted((a, b) => byCodePoint(a.component, b.component)),
    unchanged: pairs.length - changed.length,
  };
}

/** Whether the two bills differ at all, in what both tell. */
export function isDifferent({ added, removed, changed }: BillDiff): boolean {
  return added.length + removed.length + changed.length > 0;
}

function sideOf({ release, variant, bootstrap, components }: AnyBill): DiffSide {
  return { release, variant, bootstrap, components: components.length };
}

type Pair = readonly [before: AnyComponent, after: AnyComponent];

interface Pairing {
  readonly pairs: readonly Pair[];
  readonly added: readonly AnyComponent[];
  readonly removed: readonly AnyComponent[];
}

/** By label; those left over by name, if each side has but one of it: a variant took the place of another. */
function pairUp(before: readonly AnyComponent[], after: readonly AnyComponent[]): Pairing {
  const byLabel = pairBy('label', before, after, pairVersions);
  const others = pairBy('name', byLabel.removed, byLabel.added, pairOnly);
  return { ...others, pairs: [...byLabel.pairs, ...others.pairs] };
}

type PairGroup = (before: readonly AnyComponent[], after: readonly AnyComponent[]) => readonly Pair[];

function pairBy(
  key: 'label' | 'name',
  before: readonly AnyComponent[],
  after: readonly AnyComponent[],
  pair: PairGroup,
): Pairing {
  const groups = Map.groupBy(after, (component) => component[key]);
  const pairs = Array.from(
    Map.groupBy(before, (component) => component[key]),
    ([name, group]) => pair(group, groups.get(name) ?? []),
  ).flat();
  const paired = new Set(pairs.flat());
  const left = (components: readonly AnyComponent[]): AnyComponent[] =>
    components.filter((component) => !paired.has(component)).toSorted((a, b) => byCodePoint(a.label, b.label));
  return { pairs, added: left(after), removed: left(before) };
}

/** Others' files may have several versions of one name: equal ones belong together, then the rest in its order. */
function pairVersions(before: readonly AnyComponent[], after: readonly AnyComponent[]): Pair[] {
  const left = [...after];
  const equal = before.flatMap((one): Pair[] => {
    const at = left.findIndex(({ version }) => version === one.version);
    const [other] = at < 0 ? [] : left.splice(at, 1);
    return other === undefined ? [] : [[one, other]];
  });
  const taken = new Set(equal.map(([one]) => one));
  const rest = before.filter((one) => !taken.has(one));
  const others = rest.flatMap((one, at): Pair[] => {
    const other = left[at];
    return other === undefined ? [] : [[one, other]];
  });
  return [...equal, ...others];
}

function pairOnly(before: readonly AnyComponent[], after: readonly AnyComponent[]): Pair[] {
  const [[one, ...more], [other, ...others]] = [before, after];
  return one === undefined || other === undefined || more.length + others.length > 0 ? [] : [[one, other]];
}

/** Undefined: nothing that both tell is different. */
function compareComponents(before: AnyComponent, after: AnyComponent): ComponentChange | undefined {
  const version = changeOf(before.version, after.version);
  const changes = {
    variant: before.variant === after.variant ? undefined : { before: before.variant, after: after.variant },
    version: version === undefined ? undefined : { ...version, direction: directionOf(version) },
    licence: changeOf(before.licence, after.licence),
    availability: changeOf(before.availability, after.availability),
    sources: compareSources(before.sources, after.sources),
    requires: compareRequirements(before.requires, after.requires),
    builder: changeOf(builderOf(before), builderOf(after)),
    bytes: changeOf(before.package?.bytes, after.package?.bytes),
    id: changeOf(before.id, after.id),
  };
  const isSame = Object.values(changes).every((change) => change === undefined);
  return isSame ? undefined : { component: after.label, ...changes };
}

function changeOf<Value>(before: Value | undefined, after: Value | undefined): Change<Value> | undefined {
  if (before === undefined || after === undefined || isDeepStrictEqual(before, after)) return undefined;
  return { before, after };
}

/** Its kind follows from the name, and not every bill tells it. */
function builderOf({ builder }: AnyComponent): AnyComponent['builder'] {
  return builder === undefined ? undefined : { name: builder.name, id: builder.id };
}

function directionOf({ before, after }: Change<string>): Direction {
  const order = compareVersions(before, after) ?? 0;
  return order === 0 ? 'other' : order < 0 ? 'up' : 'down';
}

function compareRequirements(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): ComponentChange['requires'] {
  if (before === undefined || after === undefined) return undefined;
  const [had, has] = [new Set(before), new Set(after)];
  const added = [...has.difference(had)].toSorted(byCodePoint);
  const removed = [...had.difference(has)].toSorted(byCodePoint);
  return added.length + removed.length === 0 ? undefined : { added, removed };
}

function compareSources(
  before: readonly BillSource[] | undefined,
  after: readonly BillSource[] | undefined,
): readonly SourceChange[] | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [had, has] = [byName(before), byName(after)];
  const names = [...new Set([...had.keys(), ...has.keys()])].toSorted(byCodePoint);
  const changes = names.flatMap((name) => {
    const [one, other] = [had.get(name), has.get(name)];
    return isDeepStrictEqual(plain(one), plain(other)) ? [] : [{ name, before: one, after: other }];
  });
  return changes.length === 0 ? undefined : changes;
}

/** Not every file tells whether an archive is unpacked, and in which order its hashes are does not matter. */
function plain(source: BillSource | undefined): BillSource | undefined {
  if (source === undefined) return undefined;
  const { kind, hashes, packages } = source;
  return {
    ...source,
    kind: kind === 'url_extract' ? 'url' : kind,
    hashes: hashes.toSorted((a, b) => byCodePoint(a.hex, b.hex)),
    packages: packages.toSorted((a, b) => byCodePoint(a.sha256, b.sha256) || byCodePoint(a.package, b.package)),
  };
}

function byName(sources: readonly BillSource[]): ReadonlyMap<string, BillSource> {
  return new Map(sources.map((source) => [source.name, source]));
}
