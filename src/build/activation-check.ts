/** Whether packages can be active together, as pkgpanda asks before it activates them. Pure. */
import { UserError } from '../model/errors.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import { byCodePoint } from '../model/order.ts';
import { formatPythonJson } from '../model/python-json.ts';
import type { PackageInfo } from './package-info.ts';

/** The environment files set these themselves. */
const RESERVED_VARIABLES = ['LD_LIBRARY_PATH', 'PATH'];

/**
 * Everything that stands against it, sorted by message; empty if nothing does.
 *
 * @param packages sorted by id
 */
export function checkCompatible(packages: readonly PackageInfo[]): UserError[] {
  const errors = [
    ...sameNames(packages),
    ...packages.flatMap(groupWithoutUser),
    ...missingRequirements(packages),
    ...packages.flatMap(reservedVariables),
    ...sharedVariables(packages),
    ...differingSettings(packages),
  ];
  return errors.toSorted((a, b) => byCodePoint(a.message, b.message));
}

/** An error of activation; `hint` is one sentence. */
export function conflict(message: string, hint: string): UserError {
  return new UserError('ACTIVATION_CONFLICT', message, { hint });
}

function sameNames(packages: readonly PackageInfo[]): UserError[] {
  return [...Map.groupBy(packages, ({ name }) => name)].flatMap(([name, same]) =>
    same.length === 1
      ? []
      : [
          conflict(
            `Several builds of ${name} would be active at once: ${same.map(({ id }) => id).join(', ')}.`,
            'A tree can hold one variant of a component: see "variants" in treeinfo.json and the requires of its users.',
          ),
        ],
  );
}

function groupWithoutUser({ id, group, username }: PackageInfo): UserError[] {
  if (group === undefined || username !== undefined) return [];
  return [conflict(`${id} has the group "${group}" and no username.`, 'Add "username" to its buildinfo.json.')];
}

function missingRequirements(packages: readonly PackageInfo[]): UserError[] {
  const names = new Set(packages.map(({ name }) => name));
  return packages.flatMap(({ id, requires }) =>
    requires
      .filter((name) => !names.has(name))
      .map((name) => conflict(`${id} requires ${name}, which is not active.`, `Add ${name} to the tree.`)),
  );
}

function reservedVariables({ id, environment }: PackageInfo): UserError[] {
  return RESERVED_VARIABLES.filter((name) => environment.has(name)).map((name) =>
    conflict(
      `${id} sets ${name} in its environment.`,
      'Install into bin/ and lib/ of the package instead: these are on the path of everything.',
    ),
  );
}

function sharedVariables(packages: readonly PackageInfo[]): UserError[] {
  const uses = packages.flatMap(({ id, environment }) => [...environment.keys()].map((name) => ({ name, id })));
  return [...Map.groupBy(uses, ({ name }) => name)].flatMap(([name, same]) =>
    same.length === 1
      ? []
      : [
          conflict(
            `The variable ${name} is set by several packages: ${same.map(({ id }) => id).join(', ')}.`,
            'Set it in one of them, and let the others require that one.',
          ),
        ],
  );
}

/** The same setting of the kernel, in whichever service, with different values in two packages. */
function differingSettings(packages: readonly PackageInfo[]): UserError[] {
  const settings = packages.flatMap(({ id, sysctl }) =>
    Object.values(sysctl).flatMap((service) =>
      entriesOf(service).map(([name, value]) => ({ name, id, value: formatPythonJson(value) })),
    ),
  );
  return [...Map.groupBy(settings, ({ name }) => name)].flatMap(([name, same]) => {
    const [first] = same;
    const other = same.find(({ id, value }) => id !== first?.id && value !== first?.value);
    if (first === undefined || other === undefined) return [];
    const message = `The sysctl ${name} is ${first.value} for ${first.id} and ${other.value} for ${other.id}.`;
    return [conflict(message, 'A machine has one value for it: agree on one in both buildinfo.json files.')];
  });
}

function entriesOf(value: Json): [string, Json][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}
