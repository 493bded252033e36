/**
 * Gives a built folder the modes and times that it would have if it had been unpacked from its own tarball, and says
 * what is in it. A package that was just built and one that was fetched then look the same to those that need them.
 */
import { byCodePoint } from '../model/order.ts';
import { cleanEnvironment } from './environment.ts';
import { streamProcess } from './stream-process.ts';

/**
 * Modes as they are, but the owner can always read and write, folders can be entered by the owner, and nobody else can
 * write: what a umask of 002 or 000 during the build has left open is closed. Set-user-id bits stay.
 */
export const NORMAL_MODE = 'u+rwX,go-w';

export type TreeEntryKind = 'file' | 'folder' | 'link' | 'other';

export interface TreeEntry {
  /** Relative to the folder, without `./`; a name that is no UTF-8 holds U+FFFD. */
  readonly path: string;
  readonly kind: TreeEntryKind;
  /** Permission bits as the build left them. */
  readonly mode: number;
  /** Target of a link; otherwise empty. */
  readonly target: string;
  readonly bytes: number;
}

export interface NormaliseOptions {
  /** The time that everything gets, in seconds since the epoch. */
  readonly epoch: number;
  readonly signal?: AbortSignal;
}

/** Sets modes and times below a folder and of the folder itself; returns its entries sorted by path. */
export async function normaliseTree(folder: string, options: NormaliseOptions): Promise<TreeEntry[]> {
  const enterable = ['-type', 'd', '!', '-perm', '-700', '-exec', 'chmod', 'u+rwx', '{}', ';'];
  const print = ['-printf', '%P\\0%y\\0%m\\0%l\\0%s\\0'];
  const modes = ['!', '-type', 'l', '-exec', 'chmod', NORMAL_MODE, '{}', '+'];
  const times = ['-exec', 'touch', '--no-dereference', `--date=@${options.epoch}`, '{}', '+'];
  const expression = [...print, '(', ...enterable, ',', ...times, ',', ...modes, ')'];
  const chunks: Buffer[] = [];
  const { status, stderr } = await streamProcess('find', [folder, ...expression], {
    env: cleanEnvironment(),
    signal: options.signal,
    read: async (stdout) => {
      for await (const chunk of stdout) chunks.push(chunk);
    },
  });
  if (status !== 0) throw new Error(`The folder ${folder} could not be normalised: ${stderr.trim()}`);
  return parseEntries(Buffer.concat(chunks).toString('utf8'));
}

function parseEntries(text: string): TreeEntry[] {
  const fields = text.split('\0');
  const entries: TreeEntry[] = [];
  for (let at = 0; at + 4 < fields.length; at += 5) {
    const [path = '', type = '', mode = '', target = '', size = ''] = fields.slice(at, at + 5);
    if (path !== '')
      entries.push({ path, kind: KINDS[type] ?? 'other', mode: Number.parseInt(mode, 8), target, bytes: Number(size) });
  }
  return entries.sort((a, b) => byCodePoint(a.path, b.path));
}

const KINDS: Readonly<Record<string, TreeEntryKind>> = { f: 'file', d: 'folder', l: 'link' };
