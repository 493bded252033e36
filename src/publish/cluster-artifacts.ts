/**
 * What a release brings for clusters of its trees: configuration packages, late packages, package lists and templates, as
 * DC/OS's `release create` made them for 1, 3 and 5 masters (facts: pkgpanda 18, 19).
 *
 * A template is part of the release, and so cannot name its manifest's hash: it names the packages by their ids, and
 * images that hold them are what it is for. It holds no address of a store either, and is the same in every channel.
 */
import { isClusterTree, STANDARD_COUNTS, standardCluster } from '../cluster/standard-set.ts';
import type { PackageId } from '../model/package-id.ts';
import { packageName } from '../model/package-id.ts';
import { formatPythonJson } from '../model/python-json.ts';
import { printJson } from '../recipe/json-print.ts';
import type { Manifest } from '../store/manifest.ts';
import { packageListFile } from '../store/tree-files.ts';
import { packConfig, type PackOptions } from './config-tarball.ts';
import { templateFile } from './layout.ts';
import { textArtifact } from './local-artifacts.ts';
import type { ReleaseTree } from './release-manifest.ts';
import type { LocalArtifact } from './upload-plan.ts';

export interface ClusterArtifacts {
  /** Under names that releases share. */
  readonly artifacts: readonly LocalArtifact[];
  /** Of the release's own folder. */
  readonly files: readonly LocalArtifact[];
  readonly manifests: ReadonlyMap<PackageId, Manifest>;
}

export interface ClusterRequest extends PackOptions {
  readonly version: string;
  readonly commit: string | undefined;
}

/** Nothing for trees that are not for clusters. */
export async function clusterArtifacts(
  trees: readonly ReleaseTree[],
  { version, commit, ...options }: ClusterRequest,
): Promise<ClusterArtifacts> {
  const artifacts: LocalArtifact[] = [];
  const files: LocalArtifact[] = [];
  const manifests = new Map<PackageId, Manifest>();
  for (const tree of trees.filter(isClusterTree)) {
    for (const masters of STANDARD_COUNTS) {
      const { packages, template } = standardCluster(masters, { ...tree, version, commit });
      for (const each of packages.packages) {
        const packed = await packConfig(each, options);
        manifests.set(each.id, packed.manifest);
        artifacts.push(...packed.artifacts);
      }
      artifacts.push(lateArtifact(packages.late), textArtifact(...packageListFile(packages.list.packages)));
      files.push(textArtifact(templateFile(tree.variant, masters), `${printJson(template)}\n`));
    }
  }
  return { artifacts, files, manifests };
}

/** YAML for pkgpanda, which JSON is too. */
function lateArtifact({ id, files }: { readonly id: PackageId; readonly files: readonly object[] }): LocalArtifact {
  const text = formatPythonJson({ package: files.map((file) => ({ ...file })) });
  return textArtifact(`packages/${packageName(id)}/${id}.dcos_config`, `${text}\n`, 'application/x-yaml');
}
