/** Components with one source each, and runs of `outdated` on them. */
import type { Rig } from './rig.ts';
import { NO_HASH } from './pin-files.ts';

/** A file of that version behind a URL that nobody serves. */
export function urlSource(version: string): object {
  return { kind: 'url', url: `https://example.org/x-${version}.tar.gz`, sha256: NO_HASH };
}

/** A component with one source and what describes it. */
export function addPinned(
  rig: Rig,
  name: string,
  { source, version, updates }: { source: object; version: string; updates?: object },
): void {
  rig.component(name, { buildinfo: { sources: { [name]: source } } });
  const description = { version, summary: 'It.', licence: 'MIT', ...(updates === undefined ? {} : { updates }) };
  rig.write(`packages/${name}/component.json`, JSON.stringify(description, undefined, 2));
}

/** The rows of `outdated --json`. */
export async function outdatedRows(
  rig: Rig,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<any[]> {
  return JSON.parse((await rig.start(['outdated', '--json', ...args], env).end).stdout).pins;
}
