/** The image of `imageRig`: baked, planned, and looked at. */
import { readFileSync } from 'node:fs';
import { parseImageRecord, type ImageRecord } from '../../src/recipe/image-record.ts';
import type { CommandEnd, Rig } from './rig.ts';

/** Where it is, as the version of the tree. */
export const IMAGE = 'out/images/tiny/1.2.3';

export function recordOf(rig: Rig, version = '1.2.3'): ImageRecord {
  return parseImageRecord(readFileSync(rig.path(`out/images/tiny/${version}/image.json`), 'utf8'), 'image.json');
}

export async function bake(rig: Rig, ...args: readonly string[]): Promise<CommandEnd> {
  return rig.run('image', 'bake', 'tiny', '--quiet', ...args);
}

/** Stages with what `--dry-run` says of them. */
export async function planned(rig: Rig, ...args: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { stdout, stderr, status } = await rig.run('image', 'bake', 'tiny', '--dry-run', '--json', ...args);
  if (status !== 0) throw new Error(stderr);
  const { stages }: { stages: readonly { name: string; action: string }[] } = JSON.parse(stdout);
  return Object.fromEntries(stages.map(({ name, action }) => [name, action]));
}
