/**
 * The files by which DC/OS's own tools find a release in a channel: what `release create` and `release promote` write
 * there (facts: pkgpanda 15, 16). They are many, and change one after the other, so nothing of ours reads them. Pure.
 */
import { byCodePoint, sorted } from '../model/order.ts';
import { formatPythonJson } from '../model/python-json.ts';
import { variantPrefix } from '../recipe/names.ts';
import { packageName, parsePackageId } from '../model/package-id.ts';
import { azurePage } from './azure-page.ts';
import { commitFolder, isTemplate } from './layout.ts';
import { commitOf, type Release, type ReleaseTree } from './release-manifest.ts';

/** The store as those tools see it. */
export interface Place {
  /** Name of the storage in their configuration. */
  readonly storage: string;
  /** Address of the storage, ending in `/`; no credential in it. */
  readonly url: string;
  /** The repository in it, such as `testing`; empty: the storage itself. */
  readonly repository: string;
  /** Where their CloudFormation templates would be, if their configuration says so. */
  readonly cloudformation?: string;
}

/** A file of a channel: a text of its own, or a file of the release under another name. */
export interface ChannelFile {
  readonly name: string;
  readonly content: { readonly text: string } | { readonly file: string };
  readonly contentType: string;
}

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

/** What their storage gives a blob whose type nobody names. */
const BYTES = 'application/octet-stream';

const NO_AZURE = 'https://no-storage-is-named-azure.invalid/';

/**
 * Names and contents in the order in which they are to be written: those of the commit first, then those of the channel,
 * and of each `metadata.json` last, since promotions start from it.
 */
export function pkgpandaFiles(release: Release, channel: string, place: Place): readonly ChannelFile[] {
  const about = formatPythonJson(metadata(release, channel, place));
  const files: readonly ChannelFile[] = [
    ...release.manifest.trees.flatMap(treeFiles),
    { name: 'version', content: { text: release.manifest.version }, contentType: TEXT },
    ...azureFiles(release, channel, place),
    { name: 'metadata.json', content: { text: about }, contentType: JSON_TYPE },
  ];
  const folders = [commitFolder(channel, commitOf(release)), `${channel}/`];
  return folders.flatMap((folder) => files.map((file) => ({ ...file, name: `${folder}${file.name}` })));
}

function treeFiles({ variant, bootstrap, packages }: ReleaseTree): readonly ChannelFile[] {
  const prefix = variantPrefix(variant);
  const complete = formatPythonJson({ bootstrap, packages });
  return [
    { name: `${prefix}bootstrap.latest`, content: { text: bootstrap }, contentType: BYTES },
    { name: `${prefix}complete.latest.json`, content: { text: complete }, contentType: BYTES },
  ];
}

/** The templates as they are in the release, and a page with links to them; nothing for a release without any. */
function azureFiles(release: Release, channel: string, place: Place): readonly ChannelFile[] {
  const templates = templatesOf(release);
  if (templates.length === 0) return [];
  const page = azurePage({
    title: buildName(channel, place),
    tag: release.manifest.tag,
    commit: commitOf(release),
    // Of the commit, so that a link goes on meaning the same.
    address: place.url.startsWith('https://') ? `${place.url}${commitPath(release, channel, place)}/` : undefined,
    templates,
  });
  return [
    ...templates.map((file) => ({ name: file, content: { file }, contentType: JSON_TYPE })),
    { name: 'azure.html', content: { text: page }, contentType: HTML },
  ];
}

/** Files of the release that channels have too. */
export function templatesOf({ manifest }: Release): readonly string[] {
  return sorted(manifest.files.map(({ name }) => name).filter(isTemplate));
}

function buildName(channel: string, { repository }: Place): string {
  return repository === '' ? channel : `${repository}/${channel}`;
}

function commitPath(release: Release, channel: string, place: Place): string {
  return `${buildName(channel, place)}/commit/${commitOf(release)}`;
}

/** The keys of `metadata.json`, as the tools write and read them. */
export function metadata(release: Release, channel: string, place: Place) {
  const { storage, url, repository, cloudformation } = place;
  const { manifest } = release;
  const trees = manifest.trees.toSorted((a, b) => byCodePoint(a.variant ?? '', b.variant ?? ''));
  const commit = commitOf(release);
  const folder = commitPath(release, channel, place);
  const completes = trees.map((tree) => [tree.variant ?? 'null', completeOf(tree)] as const);
  const bootstraps = trees.map((tree) => [tree.variant ?? 'null', tree.bootstrap] as const);
  return {
    all_bootstraps: Object.fromEntries(bootstraps),
    all_completes: Object.fromEntries(completes),
    azure_download_url: storage === 'azure' ? url : NO_AZURE,
    bootstrap_dict: Object.fromEntries(bootstraps.filter(([name]) => isForClusters(name))),
    build_name: buildName(channel, place),
    channel_artifacts: channelArtifacts(release),
    ...(cloudformation === undefined
      ? {}
      : { cloudformation_s3_url_full: `${cloudformation}/${folder}/cloudformation` }),
    commit,
    complete_dict: Object.fromEntries(completes.filter(([name]) => isForClusters(name))),
    core_artifacts: coreArtifacts(
      trees,
      manifest.artifacts.map(({ name }) => name),
    ),
    packages: sorted(new Set(trees.flatMap(({ packages }) => packages))),
    repository_path: repository,
    repository_url: `${url}${repository}`,
    reproducible_artifact_path: folder,
    storage_urls: { [storage]: url },
    tag: manifest.tag,
  };
}

/** What their tools make anew at a promotion: the version, and all that is of Azure. */
function channelArtifacts(release: Release) {
  const templates = templatesOf(release);
  const made = release.manifest.artifacts.map(({ name }) => name).filter(isOfCluster);
  return [
    { channel_path: 'version', content_type: TEXT },
    ...made.map((name) => ({ reproducible_path: name })),
    ...templates.map((name) => ({ channel_path: name, content_type: JSON_TYPE })),
    ...(templates.length === 0 ? [] : [{ channel_path: 'azure.html', content_type: HTML }]),
  ];
}

function isOfCluster(name: string): boolean {
  return /^packages\/dcos-(?:config|metadata|provider-[^/]+)\//.test(name) && !name.endsWith('.json');
}

function completeOf({ bootstrap, packages }: ReleaseTree) {
  return { bootstrap, packages };
}

/** Their templates are made for trees of clusters; those of the installer and of tools are left out of them. */
function isForClusters(name: string): boolean {
  return !name.endsWith('installer') && !name.endsWith('util');
}

/** Tree by tree, each package where it first occurs. */
function coreArtifacts(trees: readonly ReleaseTree[], names: readonly string[]) {
  const seen = new Set<string>();
  return trees.flatMap(({ variant, bootstrap, packages }) => {
    const fresh = packages.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    const prefix = variantPrefix(variant);
    return [
      { reproducible_path: tarballOf(`bootstrap/${bootstrap}.bootstrap`, names) },
      { reproducible_path: `bootstrap/${bootstrap}.active.json` },
      { channel_path: `${prefix}bootstrap.latest` },
      { channel_path: `${prefix}complete.latest.json` },
      ...fresh.map((id) => ({ reproducible_path: tarballOf(packagePath(id), names) })),
    ];
  });
}

function packagePath(id: string): string {
  return `packages/${packageName(parsePackageId(id))}/${id}`;
}

function tarballOf(path: string, names: readonly string[]): string {
  return names.find((name) => name === `${path}.tar.zst`) ?? `${path}.tar.xz`;
}
