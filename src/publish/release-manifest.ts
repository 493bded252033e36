/**
 * The manifest of a release: everything that it consists of, by hash. It follows from its content alone, so that the same
 * tree gives the same release on every machine; when it was made is in the provenance and in the channels.
 */
import { sha256, toSha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, type JsonObject } from '../model/json.ts';
import { tryParsePythonJson } from '../model/python-json.ts';
import { byCodePoint } from '../model/order.ts';
import { formatCanonicalJson } from '../sign/canonical-json.ts';

/** Changes when a reader of the old form would misunderstand the new one. */
const SCHEMA = 'dcos-build release 1';

export const MANIFEST_TYPE = 'application/vnd.dcos-build.release+json';

/** One blob. */
export interface Artifact {
  /** In the store; of a file of the release: in the folder of the release. */
  readonly name: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly mediaType: string;
}

/** Nothing but what a manifest tells of it. */
export function plain({ name, sha256: digest, bytes, mediaType }: Artifact): Artifact {
  return { name, sha256: digest, bytes, mediaType };
}

export interface ReleaseTree {
  /** undefined: the default tree. */
  readonly variant: string | undefined;
  /** Id of its bootstrap. */
  readonly bootstrap: string;
  /** Ids of its packages, sorted. */
  readonly packages: readonly string[];
}

export interface ReleaseManifest {
  /** What is released, as release.json says: `DC/OS`, `1.7.0`. */
  readonly name: string;
  readonly version: string;
  readonly codename: string | undefined;
  /** A word of whoever releases; pkgpanda's `release create` asks for one. */
  readonly tag: string;
  /** The commit that the tree was read from; undefined: it is in no git repository. */
  readonly commit: string | undefined;
  /** Whether the tree had changes that were not committed. */
  readonly isChanged: boolean;
  /** Name and version of the program that made it. */
  readonly tool: string;
  /** The default tree first, then by name. */
  readonly trees: readonly ReleaseTree[];
  /** In the store, shared with other releases; sorted by name. */
  readonly artifacts: readonly Artifact[];
  /** In the folder of the release: the plan, bills of materials; sorted by name. */
  readonly files: readonly Artifact[];
}

/** A manifest with its text, whose hash everything refers to. */
export interface Release {
  readonly id: string;
  readonly sha256: Sha256;
  readonly text: string;
  readonly manifest: ReleaseManifest;
}

/** The manifest as text, and what follows from that. */
export function sealRelease(manifest: ReleaseManifest): Release {
  const text = `${formatCanonicalJson(manifestJson(manifest))}\n`;
  return { id: releaseId(manifest.version, sha256(text)), sha256: sha256(text), text, manifest };
}

/**
 * Reads a manifest back.
 *
 * @param id what it was found under; its end must be that of the hash
 * @throws UserError RELEASE_DAMAGED
 */
export function openRelease(id: string, text: string): Release {
  const json = tryParsePythonJson(text);
  const damaged = (what: string): UserError =>
    new UserError('RELEASE_DAMAGED', `The manifest of release ${id} ${what}.`, {
      hint: 'Tell those who run the store; "dcos-build release verify" shows what else is wrong.',
    });
  if (!isJsonObject(json)) throw damaged('is no JSON object');
  const schema = member(json, 'schema');
  if (schema !== SCHEMA)
    throw damaged(`has the schema ${JSON.stringify(schema)}, and this dcos-build reads "${SCHEMA}"`);
  const manifest = readManifest(json);
  if (manifest === undefined) throw damaged('lacks something that a manifest has');
  if (releaseId(manifest.version, sha256(text)) !== id) throw damaged('is not the one that its id was made of');
  return { id, sha256: sha256(text), text, manifest };
}

/** 16 digits tell releases apart; what is signed, and what channels name, is the whole hash. */
function releaseId(version: string, digest: Sha256): string {
  return `${version}-${digest.slice(0, 16)}`;
}

/** The commit under which pkgpanda's files of a release stand: that of the tree, or else of its content. */
export function commitOf({ manifest, sha256: digest }: Release): string {
  return manifest.commit ?? digest.slice(0, 40);
}

function manifestJson({ codename, commit, isChanged, trees, artifacts, files, ...rest }: ReleaseManifest): JsonObject {
  return {
    schema: SCHEMA,
    ...rest,
    ...(codename === undefined ? {} : { codename }),
    tree: { ...(commit === undefined ? {} : { commit }), isChanged },
    trees: trees.map(({ variant, ...tree }) => ({ variant: variant ?? null, ...tree })),
    artifacts: artifacts.toSorted(byName).map((one) => ({ ...one })),
    files: files.toSorted(byName).map((one) => ({ ...one })),
  };
}

function byName(a: Artifact, b: Artifact): number {
  return byCodePoint(a.name, b.name);
}

function readManifest(json: JsonObject): ReleaseManifest | undefined {
  const { name, version, codename, tag, tool, tree } = json;
  const trees = readList(json, 'trees', readTree);
  const artifacts = readList(json, 'artifacts', readArtifact);
  const files = readList(json, 'files', readArtifact);
  if (typeof name !== 'string' || typeof version !== 'string' || typeof tag !== 'string') return undefined;
  if (typeof tool !== 'string' || !isJsonObject(tree)) return undefined;
  if (trees === undefined || artifacts === undefined || files === undefined) return undefined;
  const { commit, isChanged } = tree;
  return {
    ...{ name, version, tag, tool, trees, artifacts, files },
    codename: typeof codename === 'string' ? codename : undefined,
    commit: typeof commit === 'string' ? commit : undefined,
    isChanged: isChanged === true,
  };
}

/** All of them, or undefined if there is no such list or one of its items cannot be read. */
function readList<Item>(json: JsonObject, key: string, read: (item: JsonObject) => Item | undefined) {
  const list = member(json, key);
  if (!isJsonArray(list)) return undefined;
  const items = list.flatMap((item) => (isJsonObject(item) ? (read(item) ?? []) : []));
  return items.length === list.length ? items : undefined;
}

function readTree({ variant, bootstrap, packages }: JsonObject): ReleaseTree | undefined {
  if (typeof bootstrap !== 'string' || !isJsonArray(packages ?? null)) return undefined;
  if (variant !== null && typeof variant !== 'string') return undefined;
  const ids = isJsonArray(packages) ? packages.filter((id) => typeof id === 'string') : [];
  return { variant: variant ?? undefined, bootstrap, packages: ids };
}

function readArtifact({ name, sha256: hex, bytes, mediaType }: JsonObject): Artifact | undefined {
  const digest = typeof hex === 'string' ? toSha256(hex) : undefined;
  if (typeof name !== 'string' || !isSafeName(name) || digest === undefined) return undefined;
  if (typeof bytes !== 'number' || typeof mediaType !== 'string') return undefined;
  return { name, sha256: digest, bytes, mediaType };
}

/** Names become paths: none may lead out of the store. */
function isSafeName(name: string): boolean {
  return !name.startsWith('/') && !name.split('/').some((part) => part === '' || part === '.' || part === '..');
}
