/** Installs what is measured against, and says what could not be: Debian packages, and the npm tools of peers/package.json. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installPackages } from '../src/host/requirements.ts';

/** A program of each, to see whether it is there. */
const DEBIAN: Readonly<Record<string, string>> = {
  make: '/usr/bin/make',
  'ninja-build': '/usr/bin/ninja',
  'nix-bin': '/usr/bin/nix-build',
  'busybox-static': '/bin/busybox',
  'bazel-bootstrap': '/usr/bin/bazel',
  time: '/usr/bin/time',
  'xz-utils': '/usr/bin/xz',
  zstd: '/usr/bin/zstd',
};

/** What npm writes into node_modules when it has finished. */
const NPM_MARK = 'node_modules/.package-lock.json';

/** @returns what went wrong, to be printed; the bench goes on without those peers */
export async function setUp(): Promise<string[]> {
  return [...(await installDebian()), ...installNpm(join(import.meta.dirname, 'peers'))];
}

async function installDebian(): Promise<string[]> {
  const troubles: string[] = [];
  for (const [name, program] of Object.entries(DEBIAN)) {
    if (existsSync(program)) continue;
    try {
      await installPackages([name], process.env['PATH'] ?? '');
    } catch (error) {
      troubles.push(`Debian's ${name} could not be installed: ${String(error)}`);
    }
  }
  return troubles;
}

function installNpm(folder: string): string[] {
  const mark = join(folder, NPM_MARK);
  if (existsSync(mark) && statSync(mark).mtimeMs > statSync(join(folder, 'package-lock.json')).mtimeMs) return [];
  const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
  });
  return status === 0 ? [] : [`npm ci in bench/peers failed: ${stderr.trim().split('\n').at(-1) ?? ''}`];
}
