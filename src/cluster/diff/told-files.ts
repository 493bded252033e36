/** What of what nodes are told at their first boot is another: custom data is base64 around JSON around compressed files. */
import { gunzipSync } from 'node:zlib';
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../../model/json.ts';
import { parseJson } from '../../model/parse-json.ts';
import { sorted } from '../../model/order.ts';

const MARK = '#cloud-config';
/** Custom data has 64 KiB; what is compressed in it, of a foreign template too, is not let grow without end. */
const MOST_BYTES = 2 ** 24;

/** Paths of files, and keys of cloud-config; undefined: one of them cannot be read so. */
export function changedFiles(before: Json | undefined, after: Json | undefined): readonly string[] | undefined {
  const [left, right] = [partsOf(before), partsOf(after)];
  if (left === undefined || right === undefined) return undefined;
  const names = sorted(new Set([...left.keys(), ...right.keys()]));
  return names.filter((name) => left.get(name) !== right.get(name));
}

function partsOf(customData: Json | undefined): ReadonlyMap<string, string> | undefined {
  if (typeof customData !== 'string') return undefined;
  const text = Buffer.from(customData, 'base64').toString();
  if (!text.startsWith(MARK)) return undefined;
  const config = jsonIn(text.slice(MARK.length));
  if (!isJsonObject(config)) return undefined;
  const files = member(config, 'write_files');
  const others = Object.entries(config).filter(([key]) => key !== 'write_files');
  const all = isJsonArray(files) ? files.filter(isJsonObject) : [];
  return new Map([
    ...others.map(([key, value]): [string, string] => [key, JSON.stringify(value)]),
    ...all.map((file): [string, string] => {
      const { path } = file;
      return [typeof path === 'string' ? path : '', JSON.stringify({ ...file, content: contentOf(file) })];
    }),
  ]);
}

function contentOf(file: JsonObject): string {
  const { content, encoding } = file;
  if (typeof content !== 'string') return '';
  if (encoding === 'b64') return Buffer.from(content, 'base64').toString('latin1');
  if (encoding !== 'gz+b64') return content;
  try {
    return gunzipSync(Buffer.from(content, 'base64'), { maxOutputLength: MOST_BYTES }).toString('latin1');
  } catch {
    return content;
  }
}

function jsonIn(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
