/** `format()`: the composite formats of .NET, as far as templates use them. */
import type { Arguments } from '../arguments.ts';
import { textOf } from '../value.ts';

const ITEM = /\{\{|\}\}|\{(\d+)(?:,(-?\d{1,4}))?(?::([^{}]*))?\}|[{}]/g;
const HINT = 'Items are {0}, {1,10} or {2:D3}; a brace of the text itself is doubled.';

/** @see https://learn.microsoft.com/dotnet/standard/base-types/composite-formatting */
export function format(args: Arguments): string {
  return args.text(0).replaceAll(ITEM, (found, index?: string, width = '0', style = '') => {
    if (found === '{{' || found === '}}') return found.slice(1);
    if (index === undefined) args.fail(`"${found}" stands alone in the format.`, HINT);
    const at = Number(index) + 1;
    if (at >= args.count) args.fail(`there is no value for {${index}}.`, HINT);
    const text = styled(args, at, style);
    return Number(width) < 0 ? text.padEnd(-Number(width)) : text.padStart(Number(width));
  });
}

function styled(args: Arguments, at: number, style: string): string {
  const value = args.at(at);
  return typeof value === 'number' && style !== '' ? numberText(args, value, style) : textOf(value);
}

function numberText(args: Arguments, value: number, style: string): string {
  const [, letter = '', digits = ''] = /^([A-Za-z])(\d{0,2})$/.exec(style) ?? [];
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  const decimals = digits === '' ? 2 : Number(digits);
  switch (letter.toUpperCase()) {
    case 'D':
      return sign + String(size).padStart(Number(digits), '0');
    case 'X':
      return cased(size.toString(16), letter).padStart(Number(digits), '0');
    case 'F':
      return value.toFixed(decimals);
    case 'N':
      return grouped(value.toFixed(decimals));
    case 'G':
      return String(value);
    default:
      return /^0+$/.test(style) ? sign + String(size).padStart(style.length, '0') : refuse(args, style);
  }
}

function cased(text: string, letter: string): string {
  return letter === 'X' ? text.toUpperCase() : text;
}

function grouped(text: string): string {
  const [whole = '', ...fraction] = text.split('.');
  return [whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','), ...fraction].join('.');
}

function refuse(args: Arguments, style: string): never {
  return args.fail(`"${style}" is no format that is known here.`, 'D, F, G, N, X with digits, and zeros are.');
}
