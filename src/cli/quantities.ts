/** Sizes and ages as people type them. */
import { UserError } from '../model/errors.ts';

const BYTES: Readonly<Record<string, number>> = {
  ...{ B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 },
  ...{ K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 },
};
const MILLISECONDS: Readonly<Record<string, number>> = {
  ...{ s: 1000, m: 60_000, h: 3_600_000 },
  ...{ d: 86_400_000, w: 604_800_000 },
};

/** `10GiB`, `500 MB`, `2T` (of 1024) or a number of bytes. @param option for the message, such as `--max-size` @throws UserError USAGE */
export function parseSize(text: string, option: string): number {
  const [count, unit] = split(text);
  const factor = unit === '' ? 1 : BYTES[unit.toUpperCase()];
  if (count !== undefined && factor !== undefined) return Math.round(count * factor);
  throw new UserError('USAGE', `${option} takes a size, and "${text}" is none.`, {
    hint: 'Give a number with a unit, such as 10GiB, 500MB or 0.',
  });
}

/** `30d`, `12h`, `2w`, in milliseconds. A unit is needed. @throws UserError USAGE */
export function parseAge(text: string, option: string): number {
  const [count, unit] = split(text);
  const factor = count === 0 ? 0 : MILLISECONDS[unit];
  if (count !== undefined && factor !== undefined) return Math.round(count * factor);
  throw new UserError('USAGE', `${option} takes an age, and "${text}" is none.`, {
    hint: 'Give a number with a unit, such as 30d, 12h or 2w.',
  });
}

function split(text: string): readonly [count: number | undefined, unit: string] {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text.trim()) ?? [];
  return [digits === undefined ? undefined : Number(digits), unit];
}
