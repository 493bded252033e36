/** Tags of resources. */
import type { ClusterDefinition } from '../cluster-definition.ts';
import { named, type Finding } from './finding.ts';

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
const MOST_OF_AZURE = 50;
/** Those that the template sets on nodes: who made them, by what, as which. */
const OURS = 5;
const MOST = MOST_OF_AZURE - OURS;
const LONGEST_NAME = 512;
const LONGEST_VALUE = 256;
const FORBIDDEN = /[<>%&\\?/\p{Cc}]/u;
const RESERVED = /^(?:microsoft|azure|windows)/i;

export function* tagRule({ tags }: ClusterDefinition): Iterable<Finding> {
  const names = Object.keys(tags);
  if (names.length > MOST) {
    yield {
      path: ['tags'],
      message: `There are ${names.length} tags.`,
      hint: `Give at most ${MOST}: Azure takes ${MOST_OF_AZURE}, and the template sets ${OURS}.`,
    };
  }
  for (const [index, name] of names.entries()) {
    const path = ['tags', name];
    const other = names.slice(0, index).find((one) => one.toLowerCase() === name.toLowerCase());
    if (other !== undefined) {
      const message = `The tags "${other}" and "${name}" are one to Azure.`;
      yield { path, message, hint: 'It does not tell capital letters from small ones in names of tags.' };
    }
    const wrong = nameMistake(name);
    if (wrong !== undefined) yield { path, message: `A tag cannot be named ${shown(name)}.`, hint: wrong };
    const value = tags[name] ?? '';
    if (value.length <= LONGEST_VALUE) continue;
    const message = `${named(path)} has ${value.length} characters.`;
    yield { path, message, hint: `A value of a tag has at most ${LONGEST_VALUE}.` };
  }
}

function nameMistake(name: string): string | undefined {
  if (name === '') return 'Give it a name.';
  if (name.length > LONGEST_NAME) return `A name of a tag has at most ${LONGEST_NAME} characters, not ${name.length}.`;
  if (FORBIDDEN.test(name)) return String.raw`It has none of < > % & \ ? / in it.`;
  return RESERVED.test(name) ? 'Names that begin with microsoft, azure or windows are reserved.' : undefined;
}

function shown(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
}
