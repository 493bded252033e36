/**
 * Statements: which files were made by whom, how, and of what. An in-toto statement with SLSA provenance in it.
 *
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 * @see https://slsa.dev/spec/v1.0/provenance
 */
import { Buffer } from 'node:buffer';
import { toSha256, type Sha256 } from '../model/digest.ts';
import { isJsonArray, isJsonObject, valueAt, type Json, type JsonObject } from '../model/json.ts';
import { byCodePoint } from '../model/order.ts';
import { tryParsePythonJson, type WritableJson } from '../model/python-json.ts';
import { TOOL_NAME, TOOL_VERSION } from '../model/tool.ts';
import { formatCanonicalJson } from './canonical-json.ts';

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';

/** Names, not addresses: they say which parameters a statement has (docs/signing.md), and never change their meaning. */
export const PACKAGE_BUILD = 'https://dcos-build.dev/package/v1';
export const RELEASE_BUILD = 'https://dcos-build.dev/release/v1';
const BUILDER_ID = 'https://dcos-build.dev/builder/v1';

/** What a statement is about: a file by its name, and its bytes. */
export interface Subject {
  readonly name: string;
  readonly sha256: Sha256;
}

/** Something that a subject was made of. */
export interface Dependency {
  /** `source/<name>`, `builder/<name>` or a package id. */
  readonly name: string;
  readonly uri?: string;
  /** Hex by algorithm: `sha256`, `sha1`, `gitCommit`. */
  readonly digest?: Readonly<Record<string, string>>;
}

export interface Provenance {
  /** At least one. */
  readonly subjects: readonly Subject[];
  readonly buildType: typeof PACKAGE_BUILD | typeof RELEASE_BUILD;
  /** What was asked for: who verifies can hold these against what they expect. */
  readonly externalParameters: { readonly [key: string]: WritableJson | undefined };
  /** What the program decided by itself. */
  readonly internalParameters: { readonly [key: string]: WritableJson | undefined };
  readonly dependencies: readonly Dependency[];
  readonly run: RunDetails;
}

export interface RunDetails {
  /** A URI that names who runs the builds, such as a CI service. Default: dcos-build itself, run by anybody. */
  readonly builderId?: string;
  /** Version of dcos-build that did it. Default: this one. */
  readonly toolVersion?: string;
  /** Names the run among all of that builder. */
  readonly invocationId?: string;
  /** Milliseconds since the epoch; left out of the statement if it is not known, as the next. */
  readonly startedMs?: number;
  readonly finishedMs?: number;
}

/** The bytes of a statement: the same for the same values, in whatever order the lists are. */
export function formatStatement({ subjects, dependencies, run, ...definition }: Provenance): Uint8Array {
  const text = formatCanonicalJson({
    _type: STATEMENT_TYPE,
    subject: byName(subjects).map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: PROVENANCE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: definition.buildType,
        externalParameters: definition.externalParameters,
        internalParameters: definition.internalParameters,
        resolvedDependencies: byName(dependencies).map(describeDependency),
      },
      runDetails: {
        builder: { id: run.builderId ?? BUILDER_ID, version: { [TOOL_NAME]: run.toolVersion ?? TOOL_VERSION } },
        metadata: {
          invocationId: run.invocationId,
          startedOn: timestamp(run.startedMs),
          finishedOn: timestamp(run.finishedMs),
        },
      },
    },
  });
  return new Uint8Array(Buffer.from(text));
}

/** What one has to know of a statement to believe it or not. */
export interface Statement {
  readonly subjects: readonly Subject[];
  readonly buildType: string;
  readonly externalParameters: JsonObject;
}

/** The statement in a payload; undefined for one of another kind, which says nothing of how a subject was made. */
export function parseStatement(payload: Uint8Array): Statement | undefined {
  const text = Buffer.from(payload).toString('utf8');
  const value = tryParsePythonJson(text);
  if (value === undefined || valueAt(value, ['_type']) !== STATEMENT_TYPE) return undefined;
  const buildType = valueAt(value, ['predicate', 'buildDefinition', 'buildType']);
  const parameters = valueAt(value, ['predicate', 'buildDefinition', 'externalParameters']) ?? {};
  const subjects = valueAt(value, ['subject']);
  if (valueAt(value, ['predicateType']) !== PROVENANCE_TYPE || !isJsonArray(subjects)) return undefined;
  if (typeof buildType !== 'string' || !isJsonObject(parameters)) return undefined;
  return { subjects: subjects.flatMap((each) => readSubject(each) ?? []), buildType, externalParameters: parameters };
}

/** What a statement has to say to be of use: this file has these bytes, and was made in this way. */
export interface Expectation extends Subject {
  readonly buildType: Provenance['buildType'];
}

/**
 * Whether the statement says so. Name and hash have to stand together: with the hash alone, a signed package could be
 * passed off as another.
 */
export function vouchesFor(statement: Statement, { name, sha256, buildType }: Expectation): boolean {
  if (statement.buildType !== buildType) return false;
  return statement.subjects.some((subject) => subject.name === name && subject.sha256 === sha256);
}

/** Without a digest rather than with an empty one, which in-toto does not allow. */
function describeDependency({ name, uri, digest = {} }: Dependency): WritableJson {
  return { name, uri, digest: Object.keys(digest).length === 0 ? undefined : digest };
}

function readSubject(value: Json): Subject | undefined {
  const name = valueAt(value, ['name']);
  const hex = valueAt(value, ['digest', 'sha256']);
  const sha256 = typeof hex === 'string' ? toSha256(hex) : undefined;
  return typeof name === 'string' && sha256 !== undefined ? { name, sha256 } : undefined;
}

function byName<Named extends { readonly name: string }>(list: readonly Named[]): readonly Named[] {
  return list.toSorted((a, b) => byCodePoint(a.name, b.name));
}

/** RFC 3339 in UTC, to the second: the history knows no more. */
function timestamp(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
