/** Why an id is what it is: what entered it, and what differs between two builds of one component. */
import { sorted } from '../model/order.ts';

import type { HashableJson, PlannedComponent } from './plan.ts';

/** What entered an id, in enough detail to name the very file that changed. Kept with every build. */
export interface BuildInputs {
  readonly id: string;
  readonly buildIds: { readonly [key: string]: HashableJson };
  /** SHA-1 by path below `extra/`. */
  readonly extra: Readonly<Record<string, string>>;
}

export interface Change {
  /** A path of keys in what was hashed (`sources.curl.downloaded_sha256`), or a file (`extra/etc/curlrc`). */
  readonly field: string;
  /** undefined: was not there. */
  readonly before: string | undefined;
  /** undefined: is not there any more. */
  readonly after: string | undefined;
}

/** The inputs of a component as a plan has them. */
export function inputsOf(component: PlannedComponent): BuildInputs {
  return { id: component.id, buildIds: component.buildIds, extra: component.extra ?? {} };
}

/** Every difference between two builds of one component, sorted by field; none if the ids are equal. */
export function changesBetween(before: BuildInputs, after: BuildInputs): readonly Change[] {
  const byFile = hasFiles(before) && hasFiles(after);
  const old = flatten(before, byFile);
  const now = flatten(after, byFile);
  const changes = sorted(new Set([...old.keys(), ...now.keys()]))
    .filter((field) => old.get(field) !== now.get(field))
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }));
  return changes.filter((change) => !isToldByParts(change, changes));
}

/** Everything that entered an id, as {@link changesBetween} names it. */
export function fieldsOf(inputs: BuildInputs): readonly { readonly field: string; readonly value: string }[] {
  const leaves = flatten(inputs, hasFiles(inputs));
  return sorted(leaves.keys()).map((field) => ({ field, value: leaves.get(field) ?? '' }));
}

/** The name of the requirement that a change is about; undefined: it is about something else. */
export function requirementOf({ field }: Pick<Change, 'field'>): string | undefined {
  return field.startsWith(REQUIRES) ? field.slice(REQUIRES.length) : undefined;
}

const REQUIRES = 'requires.';

/** Whether the files below `extra/` are known one by one: a package's manifest has only the hash of them all. */
function hasFiles({ buildIds, extra }: BuildInputs): boolean {
  return !Object.hasOwn(buildIds, 'extra_source') || Object.keys(extra).length > 0;
}

/** That an object was empty is no news beside what it holds now. */
function isToldByParts({ field, before, after }: Change, changes: readonly Change[]): boolean {
  const [only, ...both] = [before, after].filter((value) => value !== undefined);
  if (both.length > 0 || (only !== '{}' && only !== '[]')) return false;
  return changes.some((other) => other.field.startsWith(`${field}.`));
}

/** One line of text per leaf. `extra_source` is left out where its files tell more; ids of requirements go by name. */
function flatten({ buildIds, extra }: BuildInputs, byFile: boolean): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const [key, value] of Object.entries(buildIds)) {
    if (key === 'requires' && Array.isArray(value)) {
      for (const id of value.map(String)) leaves.set(`${REQUIRES}${id.slice(0, id.indexOf('--'))}`, id);
    } else if (key !== 'extra_source' || !byFile) addLeaves(leaves, key, value);
  }
  if (byFile) for (const [path, sha1] of Object.entries(extra)) leaves.set(`extra/${path}`, sha1);
  return leaves;
}

function addLeaves(leaves: Map<string, string>, path: string, value: HashableJson): void {
  if (typeof value !== 'object') leaves.set(path, String(value));
  else if (Object.keys(value).length === 0) leaves.set(path, Array.isArray(value) ? '[]' : '{}');
  else for (const [key, inner] of Object.entries(value)) addLeaves(leaves, `${path}.${key}`, inner);
}
