/** What is installed, by dpkg's own record. Other package managers keep databases that are not read here. */
import { compareDebian, parseDebianVersion } from '../../model/debian-version.ts';
import type { ImageFiles } from '../files/image-files.ts';

export interface PackageFacts {
  readonly manager: 'dpkg' | 'rpm' | 'none';
  /** Versions of installed packages by name. Empty unless it is dpkg. */
  readonly installed: ReadonlyMap<string, string>;
  /** Packages that dpkg began to install or remove and did not end, and steps that it was interrupted in. */
  readonly unfinished: readonly string[];
}

const MOST_STATUS_BYTES = 64 * 2 ** 20;
const RPM_FOLDERS = ['/var/lib/rpm', '/usr/lib/sysimage/rpm'];

export async function readPackages(files: ImageFiles): Promise<PackageFacts> {
  const status = await files.text('/var/lib/dpkg/status', MOST_STATUS_BYTES);
  if (status !== undefined && status.trim() !== '') {
    const steps = (await files.list('/var/lib/dpkg/updates')).map((name) => `updates/${name}`);
    const { installed, unfinished } = readDpkgStatus(status);
    return { manager: 'dpkg', installed, unfinished: [...unfinished, ...steps] };
  }
  for (const folder of RPM_FOLDERS) {
    if ((await files.list(folder)).length > 0) return { manager: 'rpm', installed: new Map(), unfinished: [] };
  }
  return { manager: 'none', installed: new Map(), unfinished: [] };
}

/** @see dpkg(1), "Package states" */
export function readDpkgStatus(text: string): Pick<PackageFacts, 'installed' | 'unfinished'> {
  const installed = new Map<string, string>();
  const unfinished: string[] = [];
  for (const paragraph of text.split(/\n{2,}/)) {
    const field = (name: string): string => new RegExp(`^${name}: *(.*)$`, 'm').exec(paragraph)?.[1]?.trim() ?? '';
    const name = field('Package');
    const [, flag, state] = field('Status').split(' ');
    if (name === '') continue;
    if (state === 'installed' && flag === 'ok') installed.set(name, field('Version'));
    else if (state !== 'config-files' && state !== 'not-installed') unfinished.push(`${name} (${state ?? 'no state'})`);
  }
  return { installed, unfinished };
}

/** By dpkg's order; false if one of the two is no version. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [parseDebianVersion(version), parseDebianVersion(least)];
  return a !== undefined && b !== undefined && compareDebian(a, b) >= 0;
}
