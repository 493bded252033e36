/** The one order in which names are sorted before they are hashed, written or printed. */

/**
 * Compares by Unicode code point, as Python sorts `str`; a plain JavaScript sort compares UTF-16 units and puts
 * U+10000 and above before U+E000–U+FFFF.
 */
export function byCodePoint(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Lifts surrogates above the rest of the plane, which is all that tells the two orders apart. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

const SURROGATE = /[\uD800-\uDFFF]/;

/** A sorted copy, by code point. Without surrogates JavaScript's own sort gives the same order, in a tenth of the time. */
export function sorted(names: Iterable<string>): string[] {
  const copy = [...names];
  return copy.some((name) => SURROGATE.test(name)) ? copy.sort(byCodePoint) : copy.sort();
}
