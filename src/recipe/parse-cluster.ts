/** The text of `cluster.json` to a definition, or to everything that is wrong with it. */
import { throwCollected, UserErrors, type UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, PythonFloat, type Json, type JsonObject } from '../model/json.ts';
import type { Warning } from '../model/warning.ts';
import { clusterSchema, type ClusterDefinition } from './cluster-definition.ts';
import { repairCluster } from './cluster-repair.ts';
import { CLUSTER_RULES } from './cluster-rules/index.ts';
import type { Finding } from './cluster-rules/finding.ts';
import { clusterKeysAt, clusterRangeAt } from './cluster-schema.ts';
import type { JsonPath } from './json-reader.ts';
import { RecipeFile } from './recipe-file.ts';
import { schemaMistakes } from './schema-mistakes.ts';

export interface ParsedCluster {
  readonly definition: ClusterDefinition;
  /** What is allowed, but hardly meant, or cannot be judged here. */
  readonly warnings: readonly Warning[];
}

const CODE = 'CLUSTER_INVALID';

/**
 * Reads the text of a cluster definition. What only other files can tell is not judged: whether an image or a release is
 * there, and the values under `config`.
 *
 * @param shown the path for messages
 * @throws UserError, UserErrors CLUSTER_INVALID: all mistakes at once, each with its place
 */
export function parseClusterDefinition(shown: string, content: string): ParsedCluster {
  const file = RecipeFile.parse(shown, content, CODE);
  const value = plain(file.value);
  const result = clusterSchema.safeParse(value);
  const rules = { keysAt: clusterKeysAt, rangeAt: clusterRangeAt, tellsValues: true, code: CODE } as const;
  const mistakes = result.success ? [] : [...schemaMistakes(file, result.error, rules)];
  const judged = result.success ? { definition: result.data, doubtful: [] } : repairCluster(value);
  const findings = judged === undefined ? [] : findingsOf(judged.definition, judged.doubtful);
  for (const { path, message, hint, severity } of findings) {
    if (severity === undefined) mistakes.push(file.mistake(path, `${shown}: ${message}`, { hint, code: CODE }));
  }
  throwCollected(mistakes.toSorted(byPlace));
  if (judged === undefined) throw new UserErrors(mistakes);
  const warnings = findings
    .filter(({ severity }) => severity === 'warning')
    .map(({ path, message, hint }) => file.warning(path, `${shown}: ${message} ${hint}`));
  return { definition: judged.definition, warnings };
}

function findingsOf(definition: ClusterDefinition, doubtful: readonly JsonPath[]): readonly Finding[] {
  const findings = CLUSTER_RULES.flatMap((rule) => [...rule(definition)]);
  return findings.filter(({ path, restsOn = [] }) => {
    const isAbout = doubtful.some((wrong) => isWithin(path, wrong));
    return (
      !isAbout && !restsOn.some((rest) => doubtful.some((wrong) => isWithin(rest, wrong) || isWithin(wrong, rest)))
    );
  });
}

function isWithin(path: JsonPath, outer: JsonPath): boolean {
  return outer.every((step, index) => path[index] === step);
}

function byPlace({ place: one }: UserError, { place: other }: UserError): number {
  const [line = 0, otherLine = 0] = [one?.line, other?.line];
  return line === otherLine ? (one?.column ?? 0) - (other?.column ?? 0) : line - otherLine;
}

/** Numbers as JavaScript has them: here 1.0 is as good as 1. */
function plain(json: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: Json): Json {
  // A fraction stays a number for the schema, which tells what it wants.
  if (value instanceof PythonFloat) return value.value;
  if (isJsonArray(value)) return value.map((item) => plainValue(item));
  return isJsonObject(value) ? plain(value) : value;
}
