/**
 * sshd_config as sshd reads it: of a keyword that is there twice the first one counts, `Include` is read where it stands,
 * and what is below `Match` holds for some connections only.
 *
 * @see sshd_config(5)
 */
import { settingLines } from './config-lines.ts';

/** Files that an `Include` names, with their texts, in the order in which sshd reads them. */
export type IncludeReader = (pattern: string) => Promise<readonly string[]>;

const MOST_DEPTH = 16;

/** Settings outside of every `Match`, by keyword in lower case. */
export async function readSshdConfig(text: string, include: IncludeReader): Promise<ReadonlyMap<string, string>> {
  const settings = new Map<string, string>();
  await collect(text, { include, settings, depth: 0 });
  return settings;
}

interface Reading {
  readonly include: IncludeReader;
  readonly settings: Map<string, string>;
  readonly depth: number;
}

async function collect(text: string, { include, settings, depth }: Reading): Promise<void> {
  for (const line of settingLines(text)) {
    const [, keyword = '', value = ''] = /^(\w+)(?:\s*=\s*|\s+)(.*)$/.exec(line) ?? [];
    const name = keyword.toLowerCase();
    // The end of what holds for everyone: a block reaches to the next one, or to the end of its file.
    if (name === 'match') return;
    if (name === 'include') {
      if (depth === MOST_DEPTH) continue;
      for (const pattern of valueWords(value)) {
        for (const each of await include(pattern)) await collect(each, { include, settings, depth: depth + 1 });
      }
    } else if (name !== '' && !settings.has(name)) settings.set(name, valueWords(value).join(' '));
  }
}

/** Words, with quotes taken off; a comment behind them is cut off. */
function valueWords(value: string): string[] {
  const words = [...value.matchAll(/"([^"]*)"|(#.*)|(\S+)/g)];
  const end = words.findIndex(([, , comment]) => comment !== undefined);
  return words.slice(0, end === -1 ? undefined : end).map(([, quoted, , plain]) => quoted ?? plain ?? '');
}
