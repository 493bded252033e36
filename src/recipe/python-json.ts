/** Reads JSON by the rules of Python's json module, which DC/OS's own tools read these files with. */
import { isJsonArray, isJsonObject, type Json } from '../model/json.ts';
import { hasEscapedKey } from '../model/parse-json.ts';
import { DEEPEST, JsonReader } from './json-reader.ts';

/** What `str.strip` takes off: `trim` would take a byte order mark as well, and leave the four separators. */
const STRIPPED = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const STRIP = new RegExp(`^[${STRIPPED}]+|[${STRIPPED}]+$`, 'g');

/**
 * The value of a JSON text: repeated keys are allowed and the last one wins, NaN and Infinity are numbers, whole numbers
 * keep every digit; a byte order mark is refused. A text of blanks only is an empty object, as pkgpanda reads it.
 *
 * @throws JsonMistake
 */
export function parsePythonJson(text: string): Json {
  const stripped = text.replace(STRIP, '');
  if (stripped === '') return {};
  const quick = tryParse(stripped);
  // Offsets are to count from the beginning of the file, so the careful reader gets the blanks too.
  return quick ?? new JsonReader(text, text.indexOf(stripped), stripped.length).read();
}

/** V8's parser is several times faster, and right unless there are numbers, great depth, keys with escapes, or anything it refuses. */
function tryParse(text: string): Json | undefined {
  if (hasEscapedKey(text)) return undefined;
  try {
    // JSON.parse gives nothing that is not Json; numbers, which it rounds, are sorted out here.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const value = JSON.parse(text) as Json;
    return isPlain(value, 0) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isPlain(value: Json, depth: number): boolean {
  if (typeof value === 'number' || depth > DEEPEST) return false;
  if (typeof value === 'string') return true;
  if (isJsonArray(value)) return value.every((item) => isPlain(item, depth + 1));
  if (isJsonObject(value)) {
    for (const key in value) if (!isPlain(value[key] ?? null, depth + 1)) return false;
  }
  return true;
}
