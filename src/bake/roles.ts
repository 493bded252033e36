/** Roles of an image definition: whether they mean something to anybody. One that is mistyped would be a node without a task. */
import { ROLE_FOLDERS, type ActivePackage } from '../build/activate.ts';
import { hasFolder, readFolder } from '../host/folder-tree.ts';
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, UserError } from '../model/errors.ts';
import { sorted } from '../model/order.ts';
import type { UnpackedCache } from '../store/unpacked-cache.ts';
import type { DcosSource } from './dcos-source.ts';
import type { ShownDefinition } from './image-definitions.ts';

/**
 * Those that installers and templates of DC/OS write, also where no package has anything for them.
 *
 * @see dcos/dcos gen/build_deploy: aws.py, azure.py and bash.py
 */
const OF_DCOS = ['master', 'slave', 'slave_public', 'aws', 'aws_master', 'azure', 'azure_master', 'minuteman'];

/** @throws UserError, UserErrors IMAGE_INVALID for roles that neither DC/OS nor one of the packages knows */
export function checkRoles({ shown, definition }: ShownDefinition, packages: readonly ActivePackage[]): void {
  const known = sorted(new Set([...OF_DCOS, ...packages.flatMap(rolesOf)]));
  const mistakes = [...definition.roles.entries()].flatMap(([index, role]) => {
    if (known.includes(role)) return [];
    const guess = nearest(role, known);
    const key = `roles.${index}`;
    const hint = guess === undefined ? `Those that it knows: ${known.join(', ')}.` : `Did you mean "${guess}"?`;
    const message = `${shown}, key ${key}: DC/OS knows no role "${role}", and none of its packages has files for one.`;
    return [new UserError('IMAGE_INVALID', message, { hint, place: { file: shown, key } })];
  });
  throwCollected(mistakes);
}

/**
 * {@link checkRoles} before anything is made, where all packages are unpacked on this machine already, as after a build;
 * where they are not, the bootstrap stage finds out.
 *
 * @returns whether they were checked
 * @throws UserError, UserErrors IMAGE_INVALID
 */
export function checkRolesEarly(
  definition: ShownDefinition,
  { packages }: DcosSource,
  unpacked: UnpackedCache,
): boolean {
  const there = packages.flatMap(({ id, sha256 }) => {
    const folder = unpacked.find(id, sha256);
    return folder === undefined ? [] : [{ id, folder }];
  });
  if (there.length < packages.length) return false;
  checkRoles(definition, there);
  return true;
}

/** Roles that the package has a folder for, as pkgpanda goes by: `bin_<role>`, `dcos.target.wants_<role>`, … */
function rolesOf({ folder }: ActivePackage): readonly string[] {
  return (readFolder(folder) ?? []).flatMap(({ name }) => {
    const kind = ROLE_FOLDERS.find((each) => name.startsWith(`${each}_`));
    return kind !== undefined && hasFolder(folder, name) ? [name.slice(kind.length + 1)] : [];
  });
}
