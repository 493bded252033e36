/** What Azure Resource Manager does not take, found before anything is written. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { UserError } from '../model/errors.ts';
import type { NodeData } from './node-data.ts';
import type { TemplateContext } from './template-context.ts';

/** @see https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits */
const TEMPLATE_BYTES = 4 * 1024 * 1024;
const EXPRESSION_CHARACTERS = 24_576;
const COUNTS = { parameters: 256, variables: 256, outputs: 64, resources: 800 } as const;

/** What a virtual machine takes as customData, before it is encoded. */
const CUSTOM_DATA_BYTES = 65_535;

/**
 * What the late values may take of it: an address of 2,048 characters, a name of 128 that JSON may write with six for
 * each, five addresses, two names in DNS, all in base64.
 */
const LATE_BYTES = 6 * 1024;

/** The mistakes of a template that would be refused, with the first that is to be mended. */
export function templateLimits(template: JsonObject, { nodeData }: TemplateContext): readonly UserError[] {
  return [
    ...dataMistakes('masters', nodeData.masters),
    ...[...nodeData.pools].flatMap(([name, data]) => dataMistakes(`pool ${name}`, data)),
    ...countMistakes(template),
    ...expressionMistakes(template),
    ...sizeMistakes(template),
  ];
}

function dataMistakes(nodes: string, { head, tail }: NodeData): readonly UserError[] {
  const bytes = Buffer.byteLength(head) + Buffer.byteLength(tail);
  const limit = CUSTOM_DATA_BYTES - LATE_BYTES;
  if (bytes <= limit) return [];
  return [
    new UserError('CLUSTER_INVALID', `What cloud-init tells the ${nodes} is ${bytes} bytes; ${limit} fit.`, {
      hint: 'Shorten the longest values of "config" in cluster.json.',
      place: { file: 'cluster.json', key: 'config' },
    }),
  ];
}

function countMistakes(template: JsonObject): readonly UserError[] {
  return Object.entries(COUNTS).flatMap(([section, limit]) => {
    const entries = template[section];
    const count = isJsonArray(entries) ? entries.length : Object.keys(isJsonObject(entries) ? entries : {}).length;
    return count <= limit ? [] : [tooMany(`${count} ${section}`, String(limit))];
  });
}

function expressionMistakes(template: JsonObject): readonly UserError[] {
  const longest = Math.max(0, ...expressionLengths(template));
  return longest <= EXPRESSION_CHARACTERS
    ? []
    : [tooMany(`an expression of ${longest} characters`, String(EXPRESSION_CHARACTERS))];
}

function sizeMistakes(template: JsonObject): readonly UserError[] {
  const bytes = Buffer.byteLength(JSON.stringify(template));
  return bytes <= TEMPLATE_BYTES ? [] : [tooMany(`${bytes} bytes`, String(TEMPLATE_BYTES))];
}

function tooMany(what: string, limit: string): UserError {
  return new UserError('CLUSTER_INVALID', `The template would have ${what}; Azure takes ${limit}.`, {
    hint: 'Split the pools of cluster.json over several clusters, or shorten its values.',
    place: { file: 'cluster.json' },
  });
}

function expressionLengths(json: Json): readonly number[] {
  if (typeof json === 'string') return /^\[(?!\[)/.test(json) ? [json.length] : [];
  if (isJsonArray(json)) return json.flatMap(expressionLengths);
  return isJsonObject(json) ? Object.values(json).flatMap(expressionLengths) : [];
}

/**
 * Names that a pool must not have, since parameters, variables or outputs are called after it; Azure does not tell
 * capitals from small letters in them.
 */
export function nameClashes(names: readonly string[], section: string): readonly UserError[] {
  const lower = names.map((name) => name.toLowerCase());
  const twice = names.filter((_, index) => lower.indexOf(lower[index] ?? '') !== index);
  return [...new Set(twice)].map(
    (name) =>
      new UserError('CLUSTER_INVALID', `Two ${section} of the template would be called "${name}".`, {
        hint: 'Give the pool after which it is called another name.',
        place: { file: 'cluster.json', key: 'pools' },
      }),
  );
}
