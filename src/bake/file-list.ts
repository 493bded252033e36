/** `files.json.gz` beside an image: what its root file system holds, by which two images are compared. */
import { gunzipSync } from 'node:zlib';
import { sha256 } from '../model/digest.ts';
import type { RootEntry, RootTree } from '../image/root-tree.ts';

/** One line for each entry: path; kind, mode, owner and attributes; size; hash of a file or target of a link. */
export type ListedFile = readonly [path: string, facts: string, bytes: number, word: string];

export function formatFileList(tree: RootTree): string {
  const lines = [...tree.values()].map((entry) => JSON.stringify(lineOf(entry)));
  return `${lines.join('\n')}\n`;
}

/** By path. */
export function parseFileList(packed: Uint8Array): ReadonlyMap<string, ListedFile> {
  const lines = gunzipSync(packed).toString('utf8').trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [path, facts, bytes, word]: ListedFile = JSON.parse(line);
      return [path, [path, facts, bytes, word]];
    }),
  );
}

function lineOf(entry: RootEntry): ListedFile {
  const rights = `${entry.kind} ${entry.mode.toString(8).padStart(4, '0')} ${entry.uid}:${entry.gid}`;
  const attributes = Object.entries(entry.xattrs ?? {}).map(([name, value]) => ` ${name}=${value.toString('base64')}`);
  const facts = rights + attributes.join('');
  if (entry.kind === 'folder') return [entry.path, facts, 0, ''];
  if (entry.kind !== 'file') return [entry.path, facts, 0, entry.target];
  const digest = 'text' in entry.content ? sha256(entry.content.text) : (entry.sha256 ?? '');
  return [entry.path, facts, entry.bytes, digest];
}
