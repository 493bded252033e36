/** Functions that turn values into other forms: base64, JSON, URIs. */
import type { Json } from '../../model/json.ts';
import { parseJson } from '../../model/parse-json.ts';
import type { Arguments } from '../arguments.ts';
import { DEEPEST_JSON, isTooDeep } from '../depth.ts';
import type { TemplateFunction } from '../scope.ts';
import { textOf, type Value } from '../value.ts';
import { format } from './format.ts';

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs;
const DATA_URI = /^data:[^,]*?(;base64)?,(.*)$/s;

export const ENCODING_FUNCTIONS: readonly TemplateFunction[] = [
  { name: 'format', arity: [1, Infinity], run: format },
  { name: 'string', arity: [1, 1], run: (args) => textOf(args.at(0)) },
  { name: 'int', arity: [1, 1], run: int },
  { name: 'bool', arity: [1, 1], run: bool },
  { name: 'json', arity: [1, 1], run: (args) => parsed(args, args.text(0)) },
  { name: 'base64', arity: [1, 1], run: (args) => base64(args.anyText(0)) },
  { name: 'base64ToString', arity: [1, 1], run: (args) => decoded(args, args.text(0)) },
  { name: 'base64ToJson', arity: [1, 1], run: (args) => parsed(args, decoded(args, args.text(0))) },
  { name: 'dataUri', arity: [1, 1], run: (args) => `data:text/plain;charset=utf8;base64,${base64(args.anyText(0))}` },
  { name: 'dataUriToString', arity: [1, 1], run: dataUriToString },
  { name: 'uri', arity: [2, 2], run: uri },
  { name: 'uriComponent', arity: [1, 1], run: (args) => escaped(args.text(0)) },
  { name: 'uriComponentToString', arity: [1, 1], run: uriComponentToString },
];

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function int(args: Arguments): number {
  const value = args.known(0);
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
  return args.fail(`${JSON.stringify(textOf(value))} is no whole number.`, 'It takes texts of digits.');
}

function bool(args: Arguments): boolean {
  const value = args.known(0);
  if (typeof value === 'boolean') return value;
  const text = textOf(value).toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  return args.fail(`${JSON.stringify(text)} is neither true nor false.`, 'It takes "true", "false", 1 and 0.');
}

/** Azure takes single quotes around texts too, as its own examples have them. */
function doubleQuoted(text: string): string {
  return text.startsWith('"') ? text : `"${text.slice(1, -1).replaceAll("\\'", "'").replaceAll('"', '\\"')}"`;
}

function parsed(args: Arguments, text: string): Value {
  let json: Json;
  try {
    json = parseJson(text.replaceAll(QUOTED, doubleQuoted));
  } catch {
    return args.fail('the text is no JSON.', 'JSON has double quotes around names and texts.');
  }
  return isTooDeep(json) ? args.fail('the JSON is nested too deep.', `At most ${DEEPEST_JSON} levels.`) : json;
}

function decoded(args: Arguments, text: string): string {
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0) return Buffer.from(text, 'base64').toString();
  return args.fail('the text is no base64.', 'It is groups of four of A-Z, a-z, 0-9, + and /, with = at the end.');
}

function dataUriToString(args: Arguments): string {
  const [, isBase64, data] = DATA_URI.exec(args.text(0)) ?? [];
  if (data === undefined) return args.fail('the text is no data URI.', 'It begins with data: and has a comma.');
  return isBase64 === undefined ? decodeURIComponent(data) : decoded(args, data);
}

/** The last part of the first URI is replaced, unless it ends with a slash. */
function uri(args: Arguments): string {
  const [base, relative] = [args.text(0), args.text(1)];
  if (URL.canParse(relative, base)) return new URL(relative, base).href;
  return args.fail(`"${base}" is no URI.`, 'It begins with https://.');
}

/** RFC 3986 reserves five more than JavaScript's function escapes. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.codePointAt(0)?.toString(16).toUpperCase()}`,
  );
}

function uriComponentToString(args: Arguments): string {
  try {
    return decodeURIComponent(args.text(0));
  } catch {
    return args.fail('the text has a % that begins no escape.', 'Escapes are % and two hex digits.');
  }
}
