/** All files of a folder and of those in it, links not followed. */
import type { FoundFile, ImageFiles } from '../files/image-files.ts';

/** Folders of an image that is to be told of; one that was made to keep a reader busy has more. */
const MOST_FILES = 5000;
const MOST_DEPTH = 8;

export async function filesBelow(files: ImageFiles, folder: string): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  await collect(files, folder, { found, depth: MOST_DEPTH });
  return found;
}

interface Walk {
  readonly found: FoundFile[];
  readonly depth: number;
}

async function collect(files: ImageFiles, folder: string, { found, depth }: Walk): Promise<void> {
  for (const name of await files.list(folder)) {
    if (found.length >= MOST_FILES) return;
    const entry = await files.look(`${folder}/${name}`);
    if (entry?.kind === 'file') found.push(entry);
    if (entry?.kind === 'folder' && depth > 0) await collect(files, entry.path, { found, depth: depth - 1 });
  }
}
