/** The machine's apt sources, read and never written: which of them are Debian's own archive, and for which suite. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMissing, readTextIfThere } from './files.ts';

/** One archive root with one suite of it, whichever of apt's two formats it was written in. */
export interface AptStanza {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Further fields as deb822 spells them, such as `Signed-By`, `Trusted`, `Check-Valid-Until`. */
  readonly fields: ReadonlyMap<string, string>;
}

export const MACHINE_SOURCES: readonly string[] = ['/etc/apt/sources.list', '/etc/apt/sources.list.d'];

const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** How the roots of Debian's archive end, in mirrors too; a `mirror+file:` of the cloud images ends in `.list`. */
const DEBIAN_ROOT = /\/debian(?:-security)?(?:\.list)?\/?$/;
const KEPT_FIELDS = ['Signed-By', 'Trusted', 'Check-Valid-Until', 'Check-Date', 'By-Hash', 'Allow-Insecure'];

/**
 * Debian's own stanzas among these files and folders, those of `suite` and its `-updates` and `-security` only. A
 * machine of another release lends its archive roots: the suites are then named after `suite`.
 *
 * @param suite a codename such as `bookworm`; undefined: whatever the machine has
 */
export async function readDebianStanzas(paths: readonly string[], suite: string | undefined): Promise<AptStanza[]> {
  const debian = (await readStanzas(paths)).filter(isDebian);
  if (suite === undefined) return debian;
  const same = debian.filter((stanza) => stanza.suite === suite || stanza.suite.startsWith(`${suite}-`));
  return same.length > 0 ? same : debian.map((stanza) => ({ ...stanza, suite: renameSuite(stanza.suite, suite) }));
}

/** One deb822 file that asks for binaries and sources of each stanza; equal input gives equal text. */
export function renderStanzas(stanzas: readonly AptStanza[]): string {
  const paragraphs = stanzas.map(({ uri, suite, components, fields }) => {
    const signed = fields.has('Signed-By') ? fields : new Map([...fields, ['Signed-By', DEBIAN_KEYRING]]);
    const lines = ['Types: deb deb-src', `URIs: ${uri}`, `Suites: ${suite}`, `Components: ${components.join(' ')}`];
    return [...lines, ...[...signed].map(([name, value]) => `${name}: ${value}`)].join('\n');
  });
  return `${[...new Set(paragraphs)].join('\n\n')}\n`;
}

/**
 * The roots that an address stands for, each ending in `/`: itself, or those in the list that `mirror+file:` names, as
 * Debian's cloud images have it.
 *
 * @see https://manpages.debian.org/stable/apt/apt-transport-mirror.1.html
 */
export async function rootsOf(uri: string): Promise<string[]> {
  const [, list] = /^mirror\+file:(?:\/\/)?(\/.*?)\/*$/.exec(uri) ?? [];
  if (list === undefined) return [withSlash(uri)];
  const text = (await readTextIfThere(list)) ?? '';
  return [...text.matchAll(/^[ \t]*([^\s#]+)/gm)].map(([, root = '']) => withSlash(root));
}

function withSlash(uri: string): string {
  return uri.endsWith('/') ? uri : `${uri}/`;
}

/** `-security` and `-updates` stay with the new codename; anything else (backports, a plain codename) becomes it. */
function renameSuite(from: string, to: string): string {
  const [, pocket = ''] = /-(security|updates)$/.exec(from) ?? [];
  return pocket === '' ? to : `${to}-${pocket}`;
}

/** By the key that must have signed it; where none is named, by the address. */
function isDebian({ uri, fields }: AptStanza): boolean {
  const signedBy = fields.get('Signed-By');
  const namesFile = signedBy?.startsWith('/') === true;
  return namesFile ? basename(signedBy).startsWith('debian-archive-') : DEBIAN_ROOT.test(uri);
}

async function readStanzas(paths: readonly string[]): Promise<AptStanza[]> {
  const files = await Promise.all(paths.map(listFiles));
  const stanzas = await Promise.all(
    files.flat().map(async (file) => {
      const text = (await readTextIfThere(file)) ?? '';
      return file.endsWith('.sources') ? parseDeb822(text) : parseOneLine(text);
    }),
  );
  return stanzas.flat();
}

/** apt reads `*.list` and `*.sources` of a folder in order of name, and nothing else there. */
async function listFiles(path: string): Promise<string[]> {
  try {
    const names = (await readdir(path)).filter((name) => /^[\w.-]+\.(?:list|sources)$/.test(name)).sort();
    return names.map((name) => join(path, name));
  } catch (error) {
    if (isMissing(error)) return [path];
    throw error;
  }
}

/** @see https://manpages.debian.org/stable/apt/sources.list.5.html */
export function parseDeb822(text: string): AptStanza[] {
  const paragraphs = text.replaceAll(/^#.*\n?/gm, '').split(/\n\s*\n/);
  return paragraphs.flatMap((paragraph) => {
    const fields = parseFields(paragraph);
    const words = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter(Boolean);
    if (!words('Types').includes('deb') || /^(?:no|false|0|off)$/i.test(fields.get('Enabled') ?? '')) return [];
    const kept = new Map([...fields].filter(([name]) => KEPT_FIELDS.includes(name)));
    const suites = words('Suites');
    return words('URIs').flatMap((uri) =>
      suites.map((suite) => ({ uri, suite, components: words('Components'), fields: kept })),
    );
  });
}

/** The fields of one deb822 paragraph; a value that goes on in indented lines keeps its line feeds. */
export function parseFields(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of paragraph.matchAll(/^([^\s:#][^\s:]*):[ \t]*(.*(?:\n[ \t].*)*)/gm)) {
    fields.set(name, value.trimEnd());
  }
  return fields;
}

/** `deb [signed-by=FILE trusted=yes] URI SUITE COMPONENT…`, one a line. */
export function parseOneLine(text: string): AptStanza[] {
  const lines = text.matchAll(/^[ \t]*deb[ \t]+(?:\[([^\]]*)\][ \t]+)?(\S+)[ \t]+(\S+)[ \t]*([^#\n]*)/gm);
  return [...lines].map(([, options = '', uri = '', suite = '', components = '']) => ({
    uri,
    suite,
    components: components.split(/\s+/).filter(Boolean),
    fields: new Map(
      [...options.matchAll(/([\w-]+)=(\S+)/g)].flatMap(([, key = '', value = '']) => {
        const name = KEPT_FIELDS.find((field) => field.toLowerCase() === key.toLowerCase());
        return name === undefined ? [] : [[name, value]];
      }),
    ),
  }));
}
