/** Plain files below a folder, in one order on every machine. */
import { readdirSync } from 'node:fs';
import { byCodePoint } from '../model/order.ts';

/** Folders between two chances for other work. */
const FOLDERS_AT_A_TIME = 100;

/**
 * Paths relative to the folder: those nearest to it first, then by name. Links are not followed; names that are no UTF-8
 * are left out.
 *
 * @param most looks at no more than so many entries
 */
export async function findFiles(folder: string, most: number, signal?: AbortSignal): Promise<readonly string[]> {
  const files: string[] = [];
  let entries = 0;
  let level = [''];
  for (let seen = 0; level.length > 0;) {
    const next: string[] = [];
    for (const parent of level) {
      const found = readdirSync(`${folder}/${parent}`, { withFileTypes: true });
      for (const entry of found.toSorted((a, b) => byCodePoint(a.name, b.name))) {
        if (entry.name.includes('\uFFFD')) continue;
        if ((entries += 1) > most) return files;
        if (entry.isFile()) files.push(`${parent}${entry.name}`);
        else if (entry.isDirectory()) next.push(`${parent}${entry.name}/`);
      }
      seen += 1;
      if (seen % FOLDERS_AT_A_TIME === 0) {
        await new Promise(setImmediate);
        signal?.throwIfAborted();
      }
    }
    level = next;
  }
  return files;
}
