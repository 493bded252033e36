/** The two files of a component that hold what is pinned, byte for byte. */
import { readFileSync } from 'node:fs';
import type { Rig } from './rig.ts';

/** A hash that no file has. */
export const NO_HASH = '0'.repeat(64);

/** Writes both files of a component as they are given. */
export function writePins(
  rig: Rig,
  name: string,
  { buildinfo, component }: { readonly buildinfo: string; readonly component?: string },
): void {
  rig.component(name);
  rig.write(`packages/${name}/buildinfo.json`, buildinfo);
  if (component !== undefined) rig.write(`packages/${name}/component.json`, component);
}

/** The text of a file below `packages/`. */
export function readPins(rig: Rig, path: string): string {
  return readFileSync(rig.path('packages', path), 'utf8');
}

/** Every name and every line below `packages/`, to be compared. */
export async function allPins(rig: Rig): Promise<string> {
  return (await rig.shell('ls -R packages; grep -r "" packages | sort')).stdout;
}
