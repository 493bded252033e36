/**
 * The install root that active packages share, as pkgpanda's activation leaves it (facts: pkgpanda 12): for builds, where
 * it is mounted, for bootstraps, where it is packed, and for images, where roles count too. Users and state folders are
 * not part of it.
 */
import { fillFolder, hasFolder, readFolder, type FolderContent } from '../host/folder-tree.ts';
import { readTextNow } from '../host/quick-files.ts';
import { throwCollected, type UserError } from '../model/errors.ts';
import { isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import { packageName, type PackageId } from '../model/package-id.ts';
import { formatPythonJson } from '../model/python-json.ts';
import { checkCompatible, conflict } from './activation-check.ts';
import { formatEnvironment, formatEnvironmentExport } from './environment-files.ts';
import { LinkFarm } from './link-farm.ts';
import { parseFullBuildInfo, parsePackageInfo, type PackageInfo } from './package-info.ts';
import { installedAt } from './sandbox.ts';

export interface ActivePackage {
  readonly id: PackageId;
  /** Where it is unpacked on this machine. */
  readonly folder: string;
}

export interface ActivationOptions {
  readonly packages: readonly ActivePackage[];
  /** Whether units are linked too, in `dcos.target.wants` below the root: in builds, not in bootstraps. */
  readonly withUnits: boolean;
  /** Roles whose files are linked too (`bin_<role>`, …), as those of a node are. */
  readonly roles?: readonly string[];
  /** Ids for which there is to be an empty folder in `packages/`, to mount them on. */
  readonly mountPoints?: readonly PackageId[];
}

export interface ActivateOptions extends ActivationOptions {
  /** The folder to fill; nothing is there yet. */
  readonly root: string;
}

const WELL_KNOWN = ['bin', 'etc', 'include', 'lib'];
const UNITS = 'dcos.target.wants';
/** Folders of a package that it may have for a role as well, under their name, `_` and that of the role. */
export const ROLE_FOLDERS: readonly string[] = [...WELL_KNOWN, UNITS];
const SERVICE_CONFIGURATION = 'etc/dcos-service-configuration.json';

/**
 * Fills the root; nothing is written before all packages are known to fit together.
 *
 * @throws UserError ACTIVATION_CONFLICT, PACKAGE_REFUSED, or UserErrors of them
 */
export async function activate({ root, ...options }: ActivateOptions): Promise<void> {
  fillFolder(root, await planActivation(options));
}

/**
 * What the root holds, apart from the packages themselves.
 *
 * @throws UserError ACTIVATION_CONFLICT, PACKAGE_REFUSED, or UserErrors of them
 */
export async function planActivation({
  packages,
  withUnits,
  roles = [],
  mountPoints = [],
}: ActivationOptions): Promise<FolderContent> {
  const inOrder = packages.toSorted((a, b) => byCodePoint(a.id, b.id));
  const infos = inOrder.map(({ id, folder }) => parsePackageInfo(id, readTextNow(`${folder}/pkginfo.json`)));
  const farm = new LinkFarm();
  for (const name of ['active', ...WELL_KNOWN, ...(withUnits ? [UNITS] : []), 'packages']) farm.addCommonFolder(name);
  for (const id of sorted(new Set(mountPoints))) farm.addCommonFolder(`packages/${id}`);
  for (const each of inOrder) {
    plant(farm, each, { withUnits, roles });
    // Thousands of entries at a time is what others can wait for; all packages together is not.
    await new Promise(setImmediate);
  }
  const services = serviceConfiguration(inOrder, infos);
  throwCollected([...checkCompatible(infos), ...services.errors, ...farm.conflicts()]);
  const files = new Map([
    ['environment', formatEnvironment(infos)],
    ['environment.export', formatEnvironmentExport(infos)],
    ['active.buildinfo.full.json', formatPythonJson(fullBuildInfos(inOrder))],
    [SERVICE_CONFIGURATION, formatPythonJson(services.configuration)],
  ]);
  // pkgpanda writes its own file over that of a package.
  farm.links.delete(SERVICE_CONFIGURATION);
  return { folders: farm.folders, links: farm.links, files };
}

/** Links the package's entries of the well-known folders, and the package itself as active. */
function plant(
  farm: LinkFarm,
  { id, folder }: ActivePackage,
  { withUnits, roles }: { readonly withUnits: boolean; readonly roles: readonly string[] },
): void {
  const active = `active/${packageName(id)}`;
  // Two builds of one name are told as that, and not as a conflict of this link.
  if (!farm.links.has(active)) farm.addLink(active, installedAt(id), id);
  for (const name of withUnits ? [...WELL_KNOWN, UNITS] : WELL_KNOWN) {
    for (const from of [name, ...roles.map((role) => `${name}_${role}`)]) {
      // A well-known folder may be a link to another one of the same package, but to nothing else.
      if (hasFolder(folder, from)) plantFolder(farm, { id, folder }, { from, to: name });
    }
  }
}

function plantFolder(
  farm: LinkFarm,
  { id, folder }: ActivePackage,
  { from, to }: { readonly from: string; readonly to: string },
): void {
  for (const { name, isFolder } of readFolder(`${folder}/${from}`) ?? []) {
    const [source, inner] = [`${from}/${name}`, `${to}/${name}`];
    if (!isFolder) farm.addLink(inner, `${installedAt(id)}/${source}`, id);
    else if (farm.addFolder(inner, id)) plantFolder(farm, { id, folder }, { from: source, to: inner });
  }
}

/** What each package says of its own build; null for one that says nothing, such as a configuration package. */
function fullBuildInfos(packages: readonly ActivePackage[]): JsonObject {
  return Object.fromEntries(
    packages.map(({ id, folder }) => [
      packageName(id),
      parseFullBuildInfo(id, readTextNow(`${folder}/buildinfo.full.json`)),
    ]),
  );
}

/** The kernel settings of the services that the packages bring, for what applies them when a service starts. */
function serviceConfiguration(
  packages: readonly ActivePackage[],
  infos: readonly PackageInfo[],
): { readonly configuration: JsonObject; readonly errors: readonly UserError[] } {
  const sysctl: Record<string, Json> = {};
  const errors: UserError[] = [];
  for (const [index, { id, sysctl: wanted }] of infos.entries()) {
    if (Object.keys(wanted).length === 0) continue;
    const services = serviceNames(packages[index]?.folder ?? '');
    if (services.length === 0) {
      errors.push(conflict(`${id} has sysctl settings and no unit file (*.service) anywhere.`, HINT_SERVICES));
    }
    for (const service of services) {
      const settings = member(wanted, service);
      if (isJsonObject(settings)) sysctl[service] = settings;
    }
  }
  return { configuration: { sysctl }, errors };
}

const HINT_SERVICES =
  'Settings apply to the services of a package: add its unit, or remove "sysctl" from buildinfo.json.';

function serviceNames(folder: string): string[] {
  return (readFolder(folder) ?? []).flatMap(({ name, isFolder }) => {
    if (isFolder) return serviceNames(`${folder}/${name}`);
    return name.endsWith('.service') ? [name.slice(0, -'.service'.length)] : [];
  });
}
