/** What `diff` tells, one section for each way in which components differ: for text and Markdown alike. */
import type { AnyComponent } from '../bom/any-bill.ts';
import type { BillDiff, Change, ComponentChange, Direction } from '../bom/diff-bills.ts';
import { formatBytes } from '../report/format.ts';
import { describeSourceChange } from './diff-sources.ts';

export interface Section {
  readonly title: string;
  /** Of the columns; the first is that of the component. */
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Those that have rows, the most telling first. */
export function sectionsOf({ added, removed, changed }: BillDiff): readonly Section[] {
  const all: Section[] = [
    { title: 'Added', headings: ['Component', 'Version', 'Licence'], rows: added.map(describeComponent) },
    { title: 'Removed', headings: ['Component', 'Version', 'Licence'], rows: removed.map(describeComponent) },
    changes('Up', 'Version', changed, (change) => versionGoing('up', change)),
    changes('Down', 'Version', changed, (change) => versionGoing('down', change)),
    changes('Other version', 'Version', changed, (change) => versionGoing('other', change)),
    changes('Variant', 'Variant', changed, ({ variant }) => arrow(variant, (name) => name ?? 'default')),
    changes('Licence', 'Licence', changed, ({ licence }) => arrow(licence, String)),
    changes('Availability', 'Availability', changed, ({ availability }) => arrow(availability, String)),
    changes('Source', 'Source', changed, ({ sources = [] }) => sources.map(describeSourceChange)),
    changes('Requirements', 'Requirements', changed, ({ requires }) =>
      [
        ...(requires?.added ?? []).map((label) => `+ ${label}`),
        ...(requires?.removed ?? []).map((label) => `- ${label}`),
      ].join(', '),
    ),
    builders(changed),
    changes('Size', 'Package', changed, describeSize),
    {
      title: 'Built anew',
      headings: ['Component'],
      rows: changed.filter(isBuiltAnew).map(({ component }) => [component]),
    },
  ];
  return all.filter(({ rows }) => rows.length > 0);
}

/** `2 added, 1 removed, 3 up, 20 unchanged`. */
export function describeCounts({ added, removed, changed, unchanged }: BillDiff): string {
  const going = (direction: Direction): number =>
    changed.filter(({ version }) => version?.direction === direction).length;
  const [up, down] = [going('up'), going('down')];
  const counts: readonly (readonly [number, string])[] = [
    [added.length, 'added'],
    [removed.length, 'removed'],
    [up, 'up'],
    [down, 'down'],
    [changed.length - up - down, 'changed otherwise'],
    [unchanged, 'unchanged'],
  ];
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return told.length === 0 ? 'Both are empty.' : `${told.join(', ')}.`;
}

function describeComponent({ label, version = '', licence = '' }: AnyComponent): readonly string[] {
  return [label, version, licence];
}

/** @param describe what to say of a change, in one line or several; nothing if it has no part in this section */
function changes(
  title: string,
  heading: string,
  changed: readonly ComponentChange[],
  describe: (change: ComponentChange) => string | readonly string[],
): Section {
  const rows = changed.flatMap((change) =>
    [describe(change)].flat().flatMap((text) => (text === '' ? [] : [[change.component, text]])),
  );
  return { title, headings: ['Component', heading], rows };
}

function versionGoing(direction: Direction, { version }: ComponentChange): string {
  return version?.direction === direction ? arrow(version, String) : '';
}

function arrow<Value>(change: Change<Value> | undefined, show: (value: Value) => string): string {
  return change === undefined ? '' : `${show(change.before)} → ${show(change.after)}`;
}

/** A new builder is new for all that it builds: told once, with those. */
function builders(changed: readonly ComponentChange[]): Section {
  const groups = Map.groupBy(
    changed.filter(({ builder }) => builder !== undefined),
    ({ builder }) => arrow(builder, ({ name, id }) => `${name} ${shortId(id)}`),
  );
  const rows = Array.from(groups, ([text, group]) => [text, group.map(({ component }) => component).join(', ')]);
  return { title: 'Builder', headings: ['Builder', 'Components'], rows };
}

function shortId(id: string): string {
  return id.replace(/^sha256:([0-9a-f]{12})[0-9a-f]+$/, 'sha256:$1');
}

function describeSize({ bytes }: ComponentChange): string {
  if (bytes === undefined) return '';
  const difference = bytes.after - bytes.before;
  const exact = `${difference > 0 ? '+' : '-'}${formatBytes(Math.abs(difference))}`;
  return `${arrow(bytes, formatBytes)} (${exact})`;
}

/** Nothing that a person would name has changed, but the recipe has, or something that it is built on. */
function isBuiltAnew({ component: _component, id, ...others }: ComponentChange): boolean {
  return id !== undefined && Object.values(others).every((change) => change === undefined);
}
