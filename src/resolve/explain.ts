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
  const old = flatten(before);
  const now = flatten(after);
  return sorted(new Set([...old.keys(), ...now.keys()]))
    .filter((field) => old.get(field) !== now.get(field))
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }));
}

/** The requirements among the changes, by name: `requires.<name>`. */
export function changedRequirements(changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ field }) => (field.startsWith(REQUIRES) ? [field.slice(REQUIRES.length)] : []));
}

const REQUIRES = 'requires.';

/** One line of text per leaf. `extra_source` is left out where its files tell more; ids of requirements go by name. */
function flatten({ buildIds, extra }: BuildInputs): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const [key, value] of Object.entries(buildIds)) {
    if (key === 'requires' && Array.isArray(value)) {
      for (const id of value.map(String)) leaves.set(`${REQUIRES}${id.slice(0, id.indexOf('--'))}`, id);
    } else if (key !== 'extra_source') addLeaves(leaves, key, value);
  }
  for (const [path, sha1] of Object.entries(extra)) leaves.set(`extra/${path}`, sha1);
  const { extra_source: hash } = buildIds;
  if (Object.keys(extra).length === 0 && typeof hash === 'string') leaves.set('extra_source', hash);
  return leaves;
}

function addLeaves(leaves: Map<string, string>, path: string, value: HashableJson): void {
  if (typeof value !== 'object') leaves.set(path, String(value));
  else if (Object.keys(value).length === 0) leaves.set(path, Array.isArray(value) ? '[]' : '{}');
  else for (const [key, inner] of Object.entries(value)) addLeaves(leaves, `${path}.${key}`, inner);
}
