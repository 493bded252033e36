/** Installs a bootstrap into an empty root and runs every program of it there: what is built must also work. */
import { mkdtemp, readFile, readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { remove } from '../../src/host/files.ts';
import { run } from '../../src/host/process.ts';
import { missingLibraries } from './needed-libraries.ts';
import { CHECKS, type Installed } from './program-checks.ts';
import { ofOurs } from './runtime-root.ts';
import { inSandbox, type Sandbox } from './sandbox.ts';

export interface ProgramsOptions {
  /** Path of `<id>.bootstrap.tar.xz`. */
  readonly bootstrap: string;
  /** Root file system made from `builders/runtime.json`: what a node has, and nothing that DC/OS brings. */
  readonly root: string;
  /** The tree's `packages` folder, whose component.json files say which versions to expect. */
  readonly packages: string;
  /** Takes one line for each check that passed. */
  readonly onPassed?: (line: string) => void;
}

/**
 * Runs the checks of all components that are in the bootstrap, one after another.
 *
 * @returns one line per failure, with the output it is about; empty if all programs run
 */
export async function checkPrograms(options: ProgramsOptions): Promise<readonly string[]> {
  const strangers = await ofOurs(options.root);
  if (strangers.length > 0) return [`The root ${options.root} has copies of its own: ${strangers.join(', ')}`];
  const folder = await mkdtemp(join(tmpdir(), 'dcos-programs-'));
  try {
    const { status, stderr } = await run('tar', ['--extract', '--file', resolve(options.bootstrap), '-C', folder]);
    if (status !== 0) return [`The bootstrap cannot be unpacked: ${stderr}`];
    return await checkInstalled({ root: options.root, mesosphere: folder }, options);
  } finally {
    await remove(folder);
  }
}

async function checkInstalled(sandbox: Sandbox, options: ProgramsOptions): Promise<readonly string[]> {
  const installed = await readInstalled(sandbox.mesosphere, options.packages);
  const failures: string[] = [];
  for (const [name, component] of installed) {
    const check = CHECKS[name];
    if (check === undefined) {
      failures.push(`${name}: has no check of its programs; give it one in test/e2e/program-checks.ts`);
      continue;
    }
    const { script, expected } = check(component, installed);
    const { status, output } = await inSandbox(sandbox, script);
    const missing = expected.filter((text) => !output.includes(text));
    if (status === 0 && missing.length === 0) options.onPassed?.(`${name}: ${expected.join(', ')}`);
    else failures.push(`${name}: exit status ${status}, not found: ${missing.join(', ') || 'nothing'}\n${output}`);
  }
  const libraries = await missingLibraries(sandbox);
  if (libraries.length === 0) options.onPassed?.('every library is found below /opt/mesosphere or in the base system');
  return [...failures, ...libraries];
}

/** The active components, with the version their component.json gives and the variant they were built as. */
async function readInstalled(mesosphere: string, packages: string): Promise<ReadonlyMap<string, Installed>> {
  const names = (await readdir(join(mesosphere, 'active'))).toSorted();
  const entries = names.map(async (name): Promise<[string, Installed]> => {
    const id = basename(await readlink(join(mesosphere, 'active', name)));
    const built = await readJson(join(mesosphere, 'packages', id, 'buildinfo.full.json'));
    const { version } = await readJson(join(packages, name, 'component.json'));
    if (typeof version !== 'string') throw new Error(`component.json of ${name} has no version.`);
    return [name, { id, version, variant: typeof built.variant === 'string' ? built.variant : undefined }];
  });
  return new Map(await Promise.all(entries));
}

async function readJson(path: string): Promise<{ readonly version?: unknown; readonly variant?: unknown }> {
  return JSON.parse(await readFile(path, 'utf8'));
}
