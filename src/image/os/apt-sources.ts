/** Where apt of an image gets its packages from. */
import type { ImageFiles } from '../files/image-files.ts';
import { fieldsOf, settingLines } from './config-lines.ts';

export interface AptSource {
  readonly file: string;
  readonly host: string;
  readonly suites: readonly string[];
}

/** A source as it stands in a list. */
interface ListedSource extends AptSource {
  /** The file that names its hosts, one a line, in place of `host`. */
  readonly mirrors?: string;
}

const FOLDER = '/etc/apt/sources.list.d';
/** More in one file, and more mirrors, tell nothing else. */
const MOST_SOURCES = 5000;
const MOST_MIRRORS = 50;

/** A source with a file of mirrors is one for each of them. */
export async function readAptSources(files: ImageFiles): Promise<readonly AptSource[]> {
  const sources: AptSource[][] = [];
  const names = (await files.list(FOLDER)).filter((name) => /\.(?:list|sources)$/.test(name));
  for (const file of ['/etc/apt/sources.list', ...names.map((name) => `${FOLDER}/${name}`)]) {
    const text = (await files.text(file)) ?? '';
    const listed = (file.endsWith('.sources') ? readDeb822 : readOneLine)(text, file).slice(0, MOST_SOURCES);
    const mirrors = new Map<string, readonly string[]>();
    for (const path of new Set(listed.flatMap((source) => source.mirrors ?? []))) {
      mirrors.set(path, hostsIn((await files.text(path)) ?? ''));
    }
    sources.push(
      listed.flatMap(({ host, suites, mirrors: path }) => {
        const hosts = path === undefined ? [host] : (mirrors.get(path) ?? []);
        return hosts.map((each) => ({ file, host: each, suites }));
      }),
    );
  }
  return sources.flat();
}

/** Of a file of mirrors: a URL a line, with what apt has to know of it behind. */
function hostsIn(text: string): readonly string[] {
  const lines = fieldsOf(text).slice(0, MOST_MIRRORS);
  return lines.map(([uri = '']) => hostOf(uri));
}

/** @see sources.list(5), "One-line-style format" */
export function readOneLine(text: string, file: string): ListedSource[] {
  const lines = settingLines(text).map((line) => line.replace(/^(deb)\s+\[[^\]]*\]/, '$1'));
  return fieldsOf(lines.join('\n')).flatMap(([type, uri = '', suite = '']) =>
    type === 'deb' ? [{ file, suites: [suite], ...placeOf(uri) }] : [],
  );
}

/** @see sources.list(5), "deb822-style format" */
export function readDeb822(text: string, file: string): ListedSource[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const words = (key: string): string[] =>
      (new RegExp(`^${key}:((?:.*\\n[ \\t]+)*.*)$`, 'im').exec(paragraph)?.[1] ?? '').split(/\s+/).filter(Boolean);
    const isOff = /^Enabled:\s*(?:no|false)/im.test(paragraph);
    if (isOff || !words('Types').includes('deb')) return [];
    const suites = words('Suites');
    return words('URIs').map((uri) => ({ file, suites, ...placeOf(uri) }));
  });
}

function placeOf(uri: string): Pick<ListedSource, 'host' | 'mirrors'> {
  const isList = uri.startsWith('mirror+file:') && URL.canParse(uri);
  return isList ? { host: '', mirrors: new URL(uri).pathname } : { host: hostOf(uri) };
}

/** Empty for what has none: a folder on the disk. */
function hostOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).hostname : '';
}
