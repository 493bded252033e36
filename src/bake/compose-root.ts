/** The whole root of an image: Debian, cleaned and told about Azure, with DC/OS, the users and what the definition asks for. */
import { parsePackageInfo, type PackageInfo } from '../build/package-info.ts';
import { installedAt } from '../build/sandbox.ts';
import type { RootEntry, RootTree } from '../image/root-tree.ts';
import type { ImageDefinition } from '../recipe/image-definition.ts';
import { addUsers, type Account, type WantedUser } from './accounts.ts';
import { putAzureSettings } from './azure-settings.ts';
import { cleanRoot } from './clean-root.ts';
import type { DcosSource } from './dcos-source.ts';
import { putFirstBoot } from './first-boot.ts';
import { hardeningUnits, putHardening } from './hardening.ts';
import type { ShownDefinition } from './image-definitions.ts';
import { RootDraft } from './root-draft.ts';
import { changeServices } from './services.ts';
import { checkShells } from './shells.ts';

/** Goes up when the same stages and the same definition give another disk: other settings here, or another way to write it. */
export const COMPOSITION = 5;

export interface Composition {
  readonly tree: RootTree;
  /** Users that did not come with Debian's packages, sorted by name. */
  readonly users: readonly Account[];
}

export interface Parts {
  /** Entries of the base, or of what a hook made of it. */
  readonly base: readonly RootEntry[];
  /** Entries of the bootstrap stage. */
  readonly dcos: readonly RootEntry[];
  readonly source: DcosSource;
  readonly definition: ShownDefinition;
  /** Seconds since the epoch: the time of what is written here. */
  readonly epoch: number;
}

/** @throws UserError, UserErrors IMAGE_INVALID */
export function composeRoot({ base, dcos, source, definition: read, epoch }: Parts): Composition {
  const { definition } = read;
  const root = new RootDraft(base, epoch);
  cleanRoot(root);
  putAzureSettings(root, { aptSources: definition.apt_sources, kernelParameters: definition.kernel_parameters });
  putHardening(root, definition.hardening);
  root.add(dcos.filter(({ kind, path }) => kind !== 'folder' || !root.has(path)));
  putFirstBoot(root, definition.roles);
  checkShells(root, read);
  const infos = source.packages.map(({ id }) => parsePackageInfo(id, root.text(`${installedAt(id)}/pkginfo.json`)));
  const users = addUsers(root, [...dcosUsers(infos), ...definition.users.map(ownUser)], epoch);
  makeStateFolders(root, infos, users);
  const { enable, disable, mask } = definition.services;
  const ours = ['dcos-setup.service', 'dcos.target', ...hardeningUnits(definition.hardening)];
  changeServices(root, { enable: [...ours, ...enable], disable, mask });
  return { tree: root.finish(), users };
}

/** As pkgpanda asks useradd for them (facts: pkgpanda 12, step 6). */
function dcosUsers(infos: readonly PackageInfo[]): readonly WantedUser[] {
  const users = new Map<string, WantedUser>();
  for (const { username, group } of infos) {
    if (username === undefined) continue;
    users.set(username, {
      ...{ name: username, uid: undefined, group: group === '' ? undefined : group, groups: [] },
      ...{ home: '/opt/mesosphere', shell: '/sbin/nologin', comment: 'DCOS System User' },
    });
  }
  return [...users.values()];
}

function ownUser({ name, uid, groups, home, shell, comment }: ImageDefinition['users'][number]): WantedUser {
  return { name, uid, group: undefined, groups, home, shell, comment };
}

function makeStateFolders(root: RootDraft, infos: readonly PackageInfo[], users: readonly Account[]): void {
  for (const { name, hasState, username } of infos) {
    if (!hasState) continue;
    const owner = users.find((user) => user.name === username);
    root.putFolder(`/var/lib/dcos/${name}`, owner === undefined ? {} : { uid: owner.uid, gid: owner.gid });
  }
}
