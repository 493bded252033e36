/**
 * What a component's build sees: pkgpanda's mounts and environment, and nothing of the host. Pure.
 *
 * @see dcos/dcos pkgpanda/build/__init__.py, the package-builder container
 */
import type { BuildDescription, BuildRoot, Mount } from '../executor/executor.ts';
import type { PackageId } from '../model/package-id.ts';
import { packageVersion } from '../model/package-id.ts';
import type { PlannedComponent } from '../resolve/plan.ts';

/** Where DC/OS lives on a node, and so in every build. */
export const INSTALL_ROOT = '/opt/mesosphere';

/**
 * The one time in all archives and for all builds, in seconds since the epoch: the day on which DC/OS was published.
 * It enters no id, so it can never change.
 */
export const SOURCE_DATE_EPOCH = 1_461_024_000;

export interface SandboxFolders {
  /** One sub-folder for each source; the build may write here. */
  readonly src: string;
  /** The install root with the requirements activated; holds an empty folder for each mount below `packages/`. */
  readonly installRoot: string;
  /** Becomes the package. */
  readonly result: string;
  /** The unpacked requirements, direct or not. */
  readonly requirements: ReadonlyMap<PackageId, string>;
}

export interface SandboxOptions {
  readonly root: BuildRoot;
  readonly cores: number;
  readonly limits: BuildDescription['limits'];
}

export function describeBuild(
  component: PlannedComponent,
  folders: SandboxFolders,
  options: SandboxOptions,
): BuildDescription {
  return {
    id: component.id,
    root: options.root,
    command: [`/pkg/build/${component.buildScript}`],
    environment: environmentOf(component, options.cores),
    mounts: mountsOf(component, folders),
    limits: options.limits,
  };
}

/** Where a package stands in the sandbox and on a node. */
export function installedAt(id: PackageId): string {
  return `${INSTALL_ROOT}/packages/${id}`;
}

function environmentOf(component: PlannedComponent, cores: number): Record<string, string> {
  return {
    PKG_VERSION: packageVersion(component.id),
    PKG_NAME: component.name,
    PKG_ID: component.id,
    PKG_PATH: installedAt(component.id),
    PKG_VARIANT: component.variant ?? '<default>',
    NUM_CORES: String(cores),
    // An image brings these itself; a root of ours has nobody else to set them.
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    SOURCE_DATE_EPOCH: String(SOURCE_DATE_EPOCH),
  };
}

function mountsOf(component: PlannedComponent, folders: SandboxFolders): Mount[] {
  const mounts: Mount[] = [
    { from: folders.src, to: '/pkg/src', mode: 'rw' },
    { from: component.folder, to: '/pkg/build', mode: 'ro' },
  ];
  if (component.extra !== undefined) mounts.push({ from: `${component.folder}/extra`, to: '/pkg/extra', mode: 'ro' });
  mounts.push({ from: folders.installRoot, to: INSTALL_ROOT, mode: 'ro' });
  for (const [id, from] of folders.requirements) mounts.push({ from, to: installedAt(id), mode: 'ro' });
  mounts.push({ from: folders.result, to: installedAt(component.id), mode: 'rw' });
  return mounts;
}
