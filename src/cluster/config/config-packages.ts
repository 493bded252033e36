/**
 * The packages that DC/OS's `gen` adds to those of a tree, and their ids (facts: pkgpanda 18): `dcos-config`, what services
 * read; `dcos-metadata`, what is installed; and the late package, the files of dcos-config that hold values which are known
 * only on a node.
 */
import { parsePackageId, type PackageId } from '../../model/package-id.ts';
import { byCodePoint, sorted } from '../../model/order.ts';
import { formatPythonJson } from '../../model/python-json.ts';
import type { ClusterConfig } from '../../recipe/cluster-config.ts';
import { canonicalHash } from '../../resolve/canonical-hash.ts';
import { DETECT_IP } from './detect-ip.ts';
import { isLate, placeholders } from './late.ts';
import { quorum, serviceFiles } from './service-files.ts';

/** What is configured. */
export interface ClusterConfiguration {
  readonly config: ClusterConfig;
  readonly masterCount: number;
}

/** The tree that is installed. */
export interface ConfiguredTree {
  readonly version: string;
  readonly commit: string | undefined;
  /** undefined: the default tree. */
  readonly variant: string | undefined;
  /** Id of its bootstrap. */
  readonly bootstrap: string;
  /** Ids of its packages. */
  readonly packages: readonly string[];
}

interface PackageFile {
  /** Begins with a slash, as in a `.dcos_config` of pkgpanda. */
  readonly path: string;
  readonly content: string;
  readonly permissions: '0644' | '0755';
}

interface ConfigPackage {
  readonly id: PackageId;
  /** Sorted by path. */
  readonly files: readonly PackageFile[];
}

export interface ConfigPackages {
  readonly configId: string;
  /** dcos-config and dcos-metadata. */
  readonly packages: readonly ConfigPackage[];
  readonly late: ConfigPackage;
  /** Of the whole cluster, sorted; those of the tree are not in it if no tree is known. */
  readonly list: { readonly id: string; readonly packages: readonly string[] };
}

/** Names of what is made, for the id. */
const TEMPLATES = ['cloud-config', 'dcos-config', 'dcos-metadata'];

const ADD_DCOS_PATH = `# Read by login shells: DC/OS's programs are found by name.
if [ -r /opt/mesosphere/environment.export ]; then
  PATH="/opt/mesosphere/bin:$PATH"
  export PATH
fi
`;

/** @param tree undefined: what the image holds */
export function composeConfigPackages(configuration: ClusterConfiguration, tree?: ConfiguredTree): ConfigPackages {
  const config = configFiles(configuration);
  const metadata = metadataFiles(tree);
  const configId = canonicalHash({
    commit: tree?.commit ?? '',
    template_filenames: TEMPLATES,
    argument_dict: {
      ...argumentsOf(configuration, tree),
      // Another version of this program may make other files of the same arguments, and an id names a content.
      files: canonicalHash(Object.fromEntries([...config, ...metadata].map(({ path, content }) => [path, content]))),
    },
  });
  const late = config.filter(({ content }) => isLate(content));
  const packages = [
    { id: parsePackageId(`dcos-config--setup_${configId}`), files: config.filter(({ content }) => !isLate(content)) },
    { id: parsePackageId(`dcos-metadata--setup_${configId}`), files: metadata },
  ];
  const ids = sorted([...packages.map(({ id }) => id), ...(tree?.packages ?? [])]);
  return {
    configId,
    packages,
    late: {
      id: parsePackageId(`dcos-provider-${configId}-azure--setup`),
      files: byPath([...late, file('/pkginfo.json', '{}')]),
    },
    list: { id: canonicalHash(ids), packages: ids },
  };
}

/** All final arguments, as texts. */
function argumentsOf({ config, masterCount }: ClusterConfiguration, tree: ConfiguredTree | undefined) {
  const given = Object.entries(config).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const],
  );
  return {
    ...Object.fromEntries(given),
    ...placeholders(),
    bootstrap_id: tree?.bootstrap ?? '',
    dcos_image_commit: tree?.commit ?? '',
    dcos_variant: tree?.variant ?? '',
    dcos_version: tree?.version ?? '',
    master_discovery: 'static',
    master_quorum: String(quorum(masterCount)),
    num_masters: String(masterCount),
    provider: 'azure',
  };
}

function configFiles({ config, masterCount }: ClusterConfiguration): readonly PackageFile[] {
  const environment = { MESOS_IP_DISCOVERY_COMMAND: '/opt/mesosphere/bin/detect_ip', PROVIDER: 'azure' };
  const services = serviceFiles({ config, masterCount, bindings: placeholders() });
  return byPath([
    file('/bin/add_dcos_path.sh', ADD_DCOS_PATH, '0755'),
    file('/bin/detect_ip', DETECT_IP, '0755'),
    ...Object.entries(services).map(([name, content]) => file(`/etc/${name}`, content)),
    file('/pkginfo.json', formatPythonJson({ environment })),
  ]);
}

function metadataFiles(tree: ConfiguredTree | undefined): readonly PackageFile[] {
  const { version = '', commit = '', variant = '', bootstrap = '' } = tree ?? {};
  const environment = { DCOS_IMAGE_COMMIT: commit, DCOS_VARIANT: variant, DCOS_VERSION: version };
  const told = { 'bootstrap-id': bootstrap, 'dcos-image-commit': commit, 'dcos-variant': variant, version };
  return [
    file('/etc/dcos-version.json', `${JSON.stringify(told, undefined, 2)}\n`),
    file('/pkginfo.json', formatPythonJson({ environment })),
  ];
}

function file(path: string, content: string, permissions: PackageFile['permissions'] = '0644'): PackageFile {
  return { path, content, permissions };
}

function byPath(files: readonly PackageFile[]): readonly PackageFile[] {
  return files.toSorted((a, b) => byCodePoint(a.path, b.path));
}
