/** Versions where texts spell them: what one version is called, and how a text follows it to the next. Pure. */
import type { Version } from '../model/version-scheme.ts';

/** What is spelled in one way before and in another after. The order says what counts where several fit. */
export type Spellings = readonly (readonly [before: string, after: string])[];

/** The spellings of a version that change with it: as upstream speaks of it first, then as Debian has it. */
export function spellings(before: Version, after: Version): Spellings {
  const [old, now] = [formsOf(before), formsOf(after)];
  return unique(old.map((form, index): [string, string] => [form, now[index] ?? after.text]));
}

/** The same for commits: whole, and as short as people write them. */
export function commitSpellings(before: string, after: string): Spellings {
  return [40, 12, 10, 8, 7].map((length): [string, string] => [before.slice(0, length), after.slice(0, length)]);
}

/** With dots written as they are in names of files: `1_81_0`, `7-88-1`. */
export function withSeparators(all: Spellings): Spellings {
  const others = ['_', '-'].flatMap((separator) =>
    all.map(([before, after]): [string, string] => [
      before.replaceAll('.', separator),
      after.replaceAll('.', separator),
    ]),
  );
  return unique([...all, ...others]);
}

/** The text with every spelling followed. Longer ones win; parts of other versions stay: `1.2` is not in `1.2.1`. */
export function follow(text: string, all: Spellings): string {
  const after = new Map(all);
  const ordered = all.map(([before]) => before).toSorted((a, b) => b.length - a.length);
  if (ordered.length === 0) return text;
  const pattern = ordered.map((before) => RegExp.escape(before)).join('|');
  return text.replaceAll(
    new RegExp(`${NOT_AFTER}(?:${pattern})${NOT_BEFORE}`, 'g'),
    (before) => after.get(before) ?? before,
  );
}

/** What a whole text becomes that is one of the spellings; undefined: it is none. */
export function successor(text: string, all: Spellings): string | undefined {
  return all.find(([before]) => before === text)?.[1];
}

const NOT_AFTER = String.raw`(?<![0-9])(?<![0-9][._])`;
const NOT_BEFORE = String.raw`(?![0-9A-Za-z~+%])(?![._][0-9])(?!-[0-9])`;

function formsOf({ text, upstream, debian }: Version): string[] {
  return debian === undefined ? [upstream, text] : [upstream, debian.upstream, text.replace(/^\d+:/, ''), text];
}

function unique(all: Spellings): Spellings {
  const seen = new Set<string>();
  return all.filter(([before]) => !seen.has(before) && seen.add(before));
}
