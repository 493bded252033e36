/** What the nodes of a cluster are told by cloud-init, at their first boot. */
import { VM_SIZES } from '../model/vm-sizes.ts';
import type { ClusterDefinition } from '../recipe/cluster-definition.ts';
import { cloudConfigAround } from './cloud-config.ts';
import { composeConfigPackages, type ClusterConfiguration, type ConfiguredTree } from './config/config-packages.ts';
import type { NodeData } from './node-data.ts';
import { diskSettings, type NodeDisk } from './node-disks.ts';
import { STOCK_INSTALL } from './stock-install/stock-install.ts';

type NodeRole = 'master' | 'private' | 'public';

/** The release that nodes run, and by what they know it. */
export interface NodeRelease extends ConfiguredTree {
  readonly id: string;
  /** Of its manifest. */
  readonly sha256: string;
  readonly bootstrapSha256: string;
  readonly bootstrapBytes: number;
  /** Public keys that may have signed it, as PEM; none: a signature is not asked for. */
  readonly keys: readonly string[];
}

export interface NodeDataRequest {
  readonly role: NodeRole;
  readonly configuration: ClusterConfiguration;
  /** A tree alone: the image must hold it. undefined: whatever the image holds. */
  readonly release?: NodeRelease | ConfiguredTree | undefined;
  /** Attributes of Mesos, beside those that every node has. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly dataDisks?: readonly NodeDisk[];
  /** Whether the size has a local disk; undefined: it is not known. */
  readonly hasResourceDisk?: boolean | undefined;
}

/** Files of pkgpanda's roles folder. */
const ROLES: Readonly<Record<NodeRole, readonly string[]>> = {
  master: ['master', 'azure_master', 'azure'],
  private: ['slave', 'azure'],
  public: ['slave_public', 'azure'],
};

const ROLES_FOLDER = '/etc/mesosphere/roles';
const NODE_FILE = '/etc/dcos-node/node.json';
const LATE_FILE = '/etc/dcos-node/late.json';
/** A node finds its own name in /etc/hosts, since the name servers of a cluster do not know the names of machines. */
const OWN_NAME = { manage_etc_hosts: 'localhost' };
/** Changes when a dcos-node that reads the old form would misunderstand the new one. */
const SCHEMA = 'dcos-node 1';

/** For nodes of one kind. @see packages/dcos-image/extra/dcos_node, which reads it */
export function composeNodeData(request: NodeDataRequest): NodeData {
  const { role, release, dataDisks = [], hasResourceDisk } = request;
  // Of any release: the image may be chosen when the template is deployed, and one that holds DC/OS leaves it alone.
  const isInstallable = release !== undefined && 'sha256' in release;
  const files = [
    ...ROLES[role].map((name) => ({ path: `${ROLES_FOLDER}/${name}`, content: '' })),
    { path: NODE_FILE, content: `${JSON.stringify(nodeJson(request))}\n` },
    ...(isInstallable ? STOCK_INSTALL.files : []),
  ];
  return cloudConfigAround({ path: LATE_FILE, permissions: '0600' }, files, {
    ...OWN_NAME,
    ...diskSettings({ dataDisks, hasResourceDisk }),
    ...(isInstallable ? { runcmd: STOCK_INSTALL.commands } : {}),
  });
}

/** For all nodes of a cluster. */
export function composeClusterNodeData(
  { config, masters, pools }: Pick<ClusterDefinition, 'config' | 'masters' | 'pools'>,
  release?: NodeDataRequest['release'],
): { readonly masters: NodeData; readonly pools: ReadonlyMap<string, NodeData> } {
  const common = { configuration: { config, masterCount: masters.count }, release };
  return {
    masters: composeNodeData({
      ...{ ...common, role: 'master', dataDisks: masters.data_disks },
      hasResourceDisk: isWithResourceDisk(masters.size),
    }),
    pools: new Map(
      pools.map(({ name, kind, attributes, data_disks: dataDisks, size }) => [
        name,
        composeNodeData({ ...common, role: kind, attributes, dataDisks, hasResourceDisk: isWithResourceDisk(size) }),
      ]),
    ),
  };
}

/** One that cloud-init knows by its name; local disks of NVMe are none. */
function isWithResourceDisk(size: string): boolean | undefined {
  const known = VM_SIZES.get(size);
  return known === undefined ? undefined : known.tempDiskGib > 0 && known.controllers.includes('SCSI');
}

function nodeJson({ role, configuration, release, attributes }: NodeDataRequest): object {
  const { packages, late, list } = composeConfigPackages(configuration, release);
  return {
    schema: SCHEMA,
    roles: ROLES[role],
    release: release !== undefined && 'sha256' in release ? releaseJson(release) : null,
    package_list: list,
    packages,
    late_package: late,
    attributes: { os: 'Linux', ...(role === 'public' ? { public_ip: 'yes' } : {}), ...attributes },
  };
}

function releaseJson({ id, sha256, variant, bootstrap, bootstrapSha256, bootstrapBytes, keys }: NodeRelease): object {
  return {
    id,
    sha256,
    variant: variant ?? null,
    bootstrap,
    bootstrap_sha256: bootstrapSha256,
    bootstrap_bytes: bootstrapBytes,
    keys,
  };
}
