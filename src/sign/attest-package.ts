/** The statement of a package: what its manifest tells, in the words of SLSA. */
import { sha256, toSha256, type Sha256 } from '../model/digest.ts';
import { isJsonArray, isJsonObject, member, valueAt, type Json, type JsonObject } from '../model/json.ts';
import { packageName, packageVersion, parsePackageId } from '../model/package-id.ts';
import { formatPythonJson } from '../model/python-json.ts';
import { TOOL_NAME } from '../model/tool.ts';
import { redactUrls } from '../model/url.ts';
import {
  formatStatement,
  PACKAGE_BUILD,
  type Dependency,
  type Expectation,
  type RunDetails,
  type Subject,
} from './statement.ts';

/** What of a package's manifest a statement is made of: see store/manifest.ts. */
export interface AttestedPackage {
  readonly id: string;
  /** Name of the tarball in its folder. */
  readonly file: string;
  readonly sha256: Sha256;
  readonly facts: JsonObject;
}

export interface PackageRun extends RunDetails {
  /** The git commit of the tree that it was built from. */
  readonly treeCommit?: string;
  /** Hashes of the tarballs of what it requires, by package id, as far as they are known. */
  readonly requirements?: ReadonlyMap<string, Sha256>;
}

/** The payload to sign for one package. */
export function packageStatement(manifest: AttestedPackage, run: PackageRun = {}): Uint8Array {
  const { id, facts } = manifest;
  const name = packageName(parsePackageId(id));
  const buildIds = member(facts, 'buildIds');
  return formatStatement({
    subjects: [subjectOf(manifest)],
    buildType: PACKAGE_BUILD,
    externalParameters: { component: name, variant: textAt(buildIds, 'variant') ?? '', id, treeCommit: run.treeCommit },
    internalParameters: buildIds === undefined ? {} : { planDigest: { sha256: sha256(formatPythonJson(buildIds)) } },
    dependencies: [...sourcesOf(facts), ...builderOf(facts), ...requirementsOf(facts, run.requirements ?? new Map())],
    run: { ...toolVersionOf(facts), ...run },
  });
}

/** What a statement about the package has to say before it is used. */
export function expectPackage(manifest: AttestedPackage): Expectation {
  return { ...subjectOf(manifest), buildType: PACKAGE_BUILD };
}

/** A package as something that another thing was made of. @param hash of its tarball, if it is known */
export function packageDependency(id: string, hash: Sha256 | undefined): Dependency {
  const parsed = parsePackageId(id);
  const purl = `pkg:generic/dcos/${encodeURIComponent(packageName(parsed))}@${packageVersion(parsed)}`;
  return { name: id, uri: purl, ...(hash === undefined ? {} : { digest: { sha256: hash } }) };
}

function subjectOf({ file, sha256: digest }: AttestedPackage): Subject {
  return { name: file, sha256: digest };
}

function sourcesOf(facts: JsonObject): readonly Dependency[] {
  const sources = member(facts, 'sources');
  if (!isJsonObject(sources)) return [];
  const commits = valueAt(facts, ['buildIds', 'sources']);
  return Object.entries(sources).flatMap(([name, source]) => {
    const label = `source/${name}`;
    const packages = valueAt(source, ['packages']);
    if (textAt(source, 'kind') !== 'deb' || !isJsonArray(packages)) {
      return [sourceOf(label, source, commits === undefined ? undefined : valueAt(commits, [name]))];
    }
    return packages.map((each) => debianOf(`${label}/${textAt(each, 'package') ?? ''}`, each, 'binary'));
  });
}

/** @param hashed what of it entered the id: for a local repository, the commit that its recipe does not name */
function sourceOf(name: string, source: Json, hashed: Json | undefined): Dependency {
  switch (textAt(source, 'kind') ?? '') {
    case 'git':
      return { name, ...uri(gitUri(textAt(source, 'git'))), digest: digests({ gitCommit: textAt(source, 'ref') }) };
    case 'git_local':
      return { name, digest: digests({ gitCommit: textAt(hashed, 'commit') }) };
    case 'deb_source':
      return debianOf(name, source, 'source');
    default:
      return { name, ...uri(textAt(source, 'url')), digest: checksumsOf(source) };
  }
}

/** @see https://github.com/package-url/purl-spec/blob/main/types-doc/deb-definition.md */
function debianOf(name: string, value: Json, what: 'source' | 'binary'): Dependency {
  const [debian = '', version = '', architecture] = ['package', 'version', 'architecture'].map((key) =>
    textAt(value, key),
  );
  const arch = what === 'source' ? 'source' : (architecture ?? '');
  const purl = `pkg:deb/debian/${encodeURIComponent(debian)}@${encodeURIComponent(version)}?arch=${arch}`;
  return { name, uri: purl, digest: checksumsOf(value) };
}

/** The image's id or the digest of our own root, both with the algorithm in front. */
function builderOf(facts: JsonObject): readonly Dependency[] {
  const name = valueAt(facts, ['builder', 'name']);
  const id = valueAt(facts, ['builder', 'id']);
  if (typeof name !== 'string' || typeof id !== 'string') return [];
  const hex = toSha256(id.replace(/^sha256:/, ''));
  const known = hex === undefined ? { uri: id } : { digest: { sha256: hex } };
  return [{ name: `builder/${name}`, ...known }];
}

function requirementsOf(facts: JsonObject, hashes: ReadonlyMap<string, Sha256>): readonly Dependency[] {
  const ids = valueAt(facts, ['buildIds', 'requires']);
  if (!isJsonArray(ids)) return [];
  return ids.flatMap((id) => (typeof id === 'string' ? [packageDependency(id, hashes.get(id))] : []));
}

function toolVersionOf(facts: JsonObject): Pick<RunDetails, 'toolVersion'> {
  const [name, version] = (textAt(facts, 'tool') ?? '').split(' ');
  return name === TOOL_NAME && version !== undefined ? { toolVersion: version } : {};
}

function checksumsOf(source: Json): Readonly<Record<string, string>> {
  return digests({ sha256: textAt(source, 'sha256'), sha1: textAt(source, 'sha1') });
}

/** In lower case, as recipes need not have them. */
function digests(given: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const known = Object.entries(given).flatMap(([name, hex]) => (hex === undefined ? [] : [[name, hex.toLowerCase()]]));
  return Object.fromEntries(known);
}

/** @see https://spdx.github.io/spdx-spec/v2.3/package-information/#77-package-download-location-field how git is named */
function gitUri(address: string | undefined): string | undefined {
  return address?.includes('://') === true ? `git+${address}` : address;
}

function uri(address: string | undefined): Pick<Dependency, 'uri'> {
  return address === undefined ? {} : { uri: redactUrls(address) };
}

function textAt(value: Json | undefined, key: string): string | undefined {
  const found = value === undefined ? undefined : valueAt(value, [key]);
  return typeof found === 'string' ? found : undefined;
}
