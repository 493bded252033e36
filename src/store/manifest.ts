/**
 * The manifest of a tarball in the store: what its bytes must hash to, and what they were made from. It is written after
 * the tarball, so its presence is what makes the artifact present, and it holds nothing that differs between two builds
 * of the same input.
 */
import type { HashedBytes } from '../host/hash-file.ts';
import type { Compression } from '../host/compression.ts';
import { toSha256 } from '../model/digest.ts';
import { isJsonObject, member, type JsonObject } from '../model/json.ts';
import { formatPythonJson, tryParsePythonJson, type WritableJson } from '../model/python-json.ts';

/** Changes when a reader of the old form would misunderstand the new one. */
const SCHEMA = 'dcos-build manifest 1';

export interface Manifest extends HashedBytes {
  /** A package id, or the id of a bootstrap. */
  readonly id: string;
  /** Name of the tarball, in the folder of the manifest. */
  readonly file: string;
  readonly compression: Compression;
  /** What it was made from: for a package see {@link PackageFacts}; never needed to use the artifact. */
  readonly facts: JsonObject;
}

/** What a package's manifest tells beside hash and size. */
export interface PackageFacts {
  /** What was hashed into the id, for `why`. */
  readonly buildIds: JsonObject;
  readonly builder: { readonly name: string; readonly kind?: 'root' | 'image'; readonly id: string };
  /** The sources as the recipe gives them, checksums included. */
  readonly sources: JsonObject;
  /** Name and version of the program that made it. */
  readonly tool: string;
  /** Direct requirements, as `name` or `name/variant`; `buildIds` has the ids of all. */
  readonly requires?: readonly string[];
  /** What component.json told when it was built, as far as bills of materials need it. */
  readonly description?: JsonObject;
  /** What the sources say of their licences: see bom/licence-evidence.ts. */
  readonly licences?: readonly JsonObject[];
}

export function formatManifest({ facts, ...manifest }: Manifest): string {
  const text: WritableJson = { ...facts, ...manifest, schema: SCHEMA };
  return `${formatPythonJson(text)}\n`;
}

/** The manifest of that id; undefined for anything that is none, since a broken one counts as absent. */
export function parseManifest(text: string, id: string): Manifest | undefined {
  const value = tryParsePythonJson(text);
  if (!isJsonObject(value)) return undefined;
  const { schema, id: of, file, compression, sha256, bytes, ...facts } = value;
  const digest = typeof sha256 === 'string' ? toSha256(sha256) : undefined;
  if (schema !== SCHEMA || of !== id || digest === undefined) return undefined;
  if (compression !== 'xz' && compression !== 'zst') return undefined;
  if (typeof file !== 'string' || file.includes('/') || typeof bytes !== 'number') return undefined;
  return { id, file, compression, sha256: digest, bytes, facts };
}

/** What was hashed into a package's id, if its manifest tells. */
export function buildIdsOf(manifest: Manifest): JsonObject | undefined {
  const buildIds = member(manifest.facts, 'buildIds');
  return isJsonObject(buildIds) ? buildIds : undefined;
}
