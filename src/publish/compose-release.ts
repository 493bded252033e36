/** Makes the manifest of a release out of a tree that has been built, and lists what of this machine belongs to it. */
import { readBill } from '../audit/read-bill.ts';
import { readBuilders } from '../audit/read-builders.ts';
import { formatCycloneDx } from '../bom/cyclonedx.ts';
import { formatSpdx } from '../bom/spdx.ts';
import { inParallel } from '../host/in-parallel.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import type { PackageId } from '../model/package-id.ts';
import { TOOL, TOOL_NAME, TOOL_VERSION } from '../model/tool.ts';
import { printJson } from '../recipe/json-print.ts';
import { variantPrefix } from '../recipe/names.ts';
import type { Release as NamedRelease } from '../recipe/release.ts';
import { planJson } from '../resolve/plan-json.ts';
import { BootstrapStore } from '../store/bootstrap-store.ts';
import { DirectoryStore } from '../store/directory.ts';
import type { Manifest } from '../store/manifest.ts';
import { attestationName, PackageStore } from '../store/package-store.ts';
import type { Warning } from '../store/repositories.ts';
import type { Folders } from '../tree/folders.ts';
import type { LoadedTree } from '../tree/load-plan.ts';
import { clusterArtifacts } from './cluster-artifacts.ts';
import { bootstrapArtifacts, packageArtifacts, textArtifact } from './local-artifacts.ts';
import { plain, sealRelease, type Release } from './release-manifest.ts';
import type { LocalArtifact } from './upload-plan.ts';

export interface ComposeRequest {
  readonly tree: LoadedTree;
  readonly folders: Folders;
  /** What release.json says; undefined: there is none. */
  readonly named: NamedRelease | undefined;
  readonly tag: string | undefined;
  /** Of the tree; undefined: it is in no git repository. */
  readonly head: { readonly commit: string; readonly isChanged: boolean } | undefined;
  /** A folder of our own for what is made here; it has to stay until everything has been uploaded. */
  readonly scratch: string;
  /** The time in the bills of materials and in tarballs, in seconds since the epoch. */
  readonly epoch: number;
  readonly signal: AbortSignal;
  readonly warn: (warning: Warning) => void;
}

export interface ComposedRelease {
  readonly release: Release;
  /** What goes into the store under names that releases share; tarballs first, each with its manifest. */
  readonly artifacts: readonly LocalArtifact[];
  /** What goes into the folder of the release; names are relative to it. */
  readonly files: readonly LocalArtifact[];
  /** The manifests of its packages for which nobody vouches yet, as far as this machine knows. */
  readonly unattested: ReadonlyMap<PackageId, Manifest>;
}

/** What has to be built before there can be a release of the tree. */
export interface Unbuilt {
  readonly missing: readonly string[];
}

/** Small files read at once. */
const READS = 8;

/** Of a tree without release.json. */
const UNNAMED = { name: 'DC/OS', version: 'dev', codename: undefined } as const;

/** @returns what is lacking, if not everything is built */
export async function composeRelease(request: ComposeRequest): Promise<ComposedRelease | Unbuilt> {
  const { tree, folders, named = UNNAMED, head, signal } = request;
  const { plan } = tree;
  const store = new DirectoryStore(folders.repository);
  const packages = new PackageStore(store, folders.locks);
  const bootstraps = new BootstrapStore(store, folders.locks);
  const ids = [...new Set(plan.trees.flatMap((each) => each.packages))].toSorted(byCodePoint);
  const found = new Map(ids.map((id) => [id, packages.find(id)]));
  const roots = new Map(plan.trees.map(({ bootstrap: id }) => [id, bootstraps.find(id)]));
  const missing = [...found, ...roots].flatMap(([id, manifest]) => (manifest === undefined ? [id] : []));
  if (missing.length > 0) return { missing };

  const manifests = new Map([...found].flatMap(([id, manifest]) => (manifest === undefined ? [] : [[id, manifest]])));
  const ofPackages = await inParallel([...manifests], { jobs: READS, signal }, ([id, manifest]) =>
    packageArtifacts(store, id, manifest),
  );
  const ofTrees = await inParallel(plan.trees, { jobs: READS, signal }, async (each) => {
    const manifest = roots.get(each.bootstrap);
    return manifest === undefined ? [] : await bootstrapArtifacts(store, each, manifest);
  });
  const trees = plan.trees.map(({ variant, bootstrap, packages: of }) => ({
    variant,
    bootstrap,
    packages: sorted(of),
  }));
  const options = {
    version: named.version,
    commit: head?.commit,
    scratch: request.scratch,
    epoch: request.epoch,
    signal,
  };
  const clusters = await clusterArtifacts(trees, options);
  const artifacts = distinct([...ofPackages, ...ofTrees, clusters.artifacts].flat());
  const files = [...releaseFiles(request), ...clusters.files];
  const release = sealRelease({
    ...{ name: named.name, version: named.version, codename: named.codename, tool: TOOL },
    tag: request.tag ?? named.version,
    commit: head?.commit,
    isChanged: head?.isChanged ?? false,
    trees,
    artifacts: artifacts.filter(({ isNamedByContent }) => isNamedByContent).map(plain),
    files: files.map(plain),
  });
  const attested = new Set(artifacts.map(({ name }) => name));
  const unattested = new Map(
    [...manifests, ...clusters.manifests].filter(([id]) => !attested.has(attestationName(id))),
  );
  return { release, artifacts, files, unattested };
}

/** The plan, and a bill of materials of each tree in both formats. */
function releaseFiles({ tree, folders, epoch, warn }: ComposeRequest): readonly LocalArtifact[] {
  const { root } = tree.folders;
  const plan = textArtifact('plan.json', `${printJson(planJson(tree.plan, { root }))}\n`);
  const bills = tree.plan.trees.flatMap((each) => {
    const bill = readBill(tree, folders, { warn }, each);
    const options = { epoch, tool: { name: TOOL_NAME, version: TOOL_VERSION }, builders: readBuilders(bill, root) };
    const prefix = variantPrefix(each.variant);
    return [
      textArtifact(`${prefix}bom.cdx.json`, formatCycloneDx(bill, options), 'application/vnd.cyclonedx+json'),
      textArtifact(`${prefix}bom.spdx.json`, formatSpdx(bill, options), 'application/spdx+json'),
    ];
  });
  return [plan, ...bills];
}

/** Two trees may share a bootstrap or a package list. */
function distinct(artifacts: readonly LocalArtifact[]): readonly LocalArtifact[] {
  return [...new Map(artifacts.map((artifact) => [artifact.name, artifact])).values()];
}
