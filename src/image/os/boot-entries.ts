/** What boot loaders start: GRUB's own configuration, and entries of the Boot Loader Specification. */
import { keyValues, settingLines } from './config-lines.ts';

export interface BootEntry {
  readonly title: string;
  /** The file that it stands in. */
  readonly file: string;
  readonly kernel: string;
  /** The kernel's command line, in words. */
  readonly parameters: readonly string[];
}

interface Source {
  readonly file: string;
  readonly text: string;
  /** Variables that are set before the text is read: those of grubenv. */
  readonly variables?: ReadonlyMap<string, string>;
}

const LOADS_KERNEL = /^linux(?:16|efi)?$/;
const MOST_LINES = 100_000;
/** No menu has more. */
const MOST_ENTRIES = 1000;
/** What variables may add to one line: a kernel takes no longer command line. A few lines can double one without end. */
const MOST_EXPANDED = 4096;

/** Entries of a grub.cfg. Functions and conditions are not run: every `set` counts, and every `linux`. */
export function readGrubConfig({ file, text, variables }: Source): readonly BootEntry[] {
  const known = new Map(variables);
  const entries: BootEntry[] = [];
  let title = '';
  for (const line of text.replaceAll('\\\n', ' ').split('\n', MOST_LINES)) {
    const [command = '', ...words] = grubWords(line, known);
    const [, name, value = ''] = command === 'set' ? (/^([\w?]+)=(.*)$/s.exec(words[0] ?? '') ?? []) : [];
    if (name !== undefined) known.set(name, value);
    else if (command === 'menuentry') title = words[0] ?? '';
    else if (LOADS_KERNEL.test(command) && entries.length < MOST_ENTRIES) {
      const [kernel = '', ...parameters] = words;
      entries.push({ title, file, kernel, parameters });
    }
  }
  return entries;
}

/** One file of `loader/entries`. */
export function readLoaderEntry({ file, text, variables }: Source): readonly BootEntry[] {
  const values = settingLines(text).map((line) => /^(\S+)\s+(.*)$/.exec(line) ?? []);
  const of = (key: string): string[] => values.flatMap(([, name, value = '']) => (name === key ? [value] : []));
  const [kernel] = [...of('linux'), ...of('efi')];
  if (kernel === undefined) return [];
  const parameters = grubWords(of('options').join(' '), variables ?? new Map());
  return [{ title: of('title')[0] ?? file, file, kernel, parameters }];
}

/** What GRUB saves between boots; lines behind the settings are padding. */
export function readGrubEnvironment(text: string): ReadonlyMap<string, string> {
  return keyValues(text);
}

/** Whether it is chosen by hand, when something is broken. */
export function isRescue({ title, parameters }: BootEntry): boolean {
  return /\b(?:recovery|rescue)\b/i.test(title) || parameters.some((word) => /^(?:single|recovery|rescue)$/.test(word));
}

/** One piece of a line: a quoted text, a variable, a backslash and what it takes its meaning from, blanks, others. */
const PIECE = /'([^']*)'|"((?:\\.|[^"\\])*)"|\$\{?([\w?]+)\}?|\\(.)|(\s+)|([^\s'"$\\]+|.)/gs;

/** Splits a line as GRUB does: quotes, backslashes and variables; a comment ends it. */
export function grubWords(line: string, variables: ReadonlyMap<string, string>): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let left = MOST_EXPANDED;
  const valueOf = (name: string): string => {
    const value = (variables.get(name) ?? '').slice(0, left);
    left -= value.length;
    return value;
  };
  const finish = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (const [, single, double, variable, escaped, blank, plain] of line.matchAll(PIECE)) {
    if (blank !== undefined) finish();
    else if (plain !== undefined && word === undefined && plain.startsWith('#')) break;
    else if (variable !== undefined) {
      // Not in quotes, so that a value with blanks becomes several words.
      const [first = '', ...more] = valueOf(variable).split(/\s+/);
      word = `${word ?? ''}${first}`;
      for (const next of more) {
        finish();
        word = next;
      }
      if (word === '') word = undefined;
    } else word = `${word ?? ''}${single ?? escaped ?? plain ?? unquote(double ?? '', valueOf)}`;
  }
  finish();
  return words;
}

function unquote(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(
    /\\([$"\\])|\$\{?([\w?]+)\}?/g,
    (_, escaped: string | undefined, variable: string | undefined) => escaped ?? valueOf(variable ?? ''),
  );
}
