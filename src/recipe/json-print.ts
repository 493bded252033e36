/** Prints JSON values as Python would: whole numbers in full, floats as floats, nothing that JSON.stringify cannot do. */
import { isJsonArray, PythonFloat, type Json } from '../model/json.ts';
import { sorted } from '../model/order.ts';

export interface PrintStyle {
  /** Blanks of one level of indentation. */
  readonly indent: number;
  /** What stands between a key and its value. */
  readonly colon: ': ' | ':';
  readonly sortKeys: boolean;
  /** Whether everything beyond ASCII is written as `\uXXXX`. */
  readonly asciiOnly: boolean;
}

const PLAIN: PrintStyle = { indent: 2, colon: ': ', sortKeys: false, asciiOnly: false };
const PKGPANDA: PrintStyle = { indent: 2, colon: ':', sortKeys: true, asciiOnly: true };

/** As people and our own tools read it. */
export function printJson(value: Json, style: PrintStyle = PLAIN): string {
  return print(value, style, '\n');
}

/** As pkgpanda writes pkginfo.json, active.json and the like: keys sorted, no blank after the colon, no final line feed. */
export function printPkgpandaJson(value: Json): string {
  return printJson(value, PKGPANDA);
}

function print(value: Json, style: PrintStyle, lineStart: string): string {
  if (typeof value === 'string') return printString(value, style);
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof PythonFloat) return printFloat(value.value);
  const inner = lineStart + ' '.repeat(style.indent);
  if (isJsonArray(value))
    return wrap(
      '[',
      value.map((item) => print(item, style, inner)),
      ']',
      lineStart,
      inner,
    );
  const keys = style.sortKeys ? sorted(Object.keys(value)) : Object.keys(value);
  const members = keys.map(
    (key) => `${printString(key, style)}${style.colon}${print(value[key] ?? null, style, inner)}`,
  );
  return wrap('{', members, '}', lineStart, inner);
}

function wrap(open: string, items: readonly string[], close: string, lineStart: string, inner: string): string {
  return items.length === 0 ? open + close : `${open}${inner}${items.join(`,${inner}`)}${lineStart}${close}`;
}

function printString(text: string, { asciiOnly }: PrintStyle): string {
  const quoted = JSON.stringify(text);
  if (!asciiOnly) return quoted;
  return quoted.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Python's `repr`: the shortest digits that give the number back, with an exponent below 1e-4 and from 1e16 on. */
function printFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const plain = power < 0 ? value.toFixed(digits.replace(/[-.]/g, '').length - 1 - power) : String(value);
  return plain.includes('.') ? plain : `${plain}.0`;
}
