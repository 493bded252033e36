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

/** A sorted copy, by code point. */
export function sorted(names: Iterable<string>): string[] {
  return [...names].sort(byCodePoint);
}
