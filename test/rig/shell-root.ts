/**
 * A builder root with a shell and little else, copied from this machine in a moment: for tests of what happens around a
 * build. Roots made by mmdebstrap from a lock are tested on their own, and used by the end-to-end run.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { builderDigest, parseBuilderLock } from '../../src/recipe/builder.ts';

const PROGRAMS = [
  'bash',
  'cat',
  'chmod',
  'cp',
  'date',
  'env',
  'id',
  'install',
  'ln',
  'ls',
  'mkdir',
  'mv',
  'rm',
  'sed',
  'seq',
  'sleep',
  'touch',
];
const MOUNT_POINTS = ['proc', 'dev', 'tmp', 'pkg/src', 'pkg/build', 'pkg/extra', 'opt/mesosphere', 'root', 'etc'];

/** What LC_ALL=C.UTF-8 asks for; without it the shell complains. */
const LOCALE = '/usr/lib/locale/C.utf8';

/** Its name, as recipes give it as `docker`. */
export const SHELL_BUILDER = 'shell';

const LOCK = JSON.stringify({
  suite: 'test',
  architecture: 'amd64',
  requested: ['shell'],
  made_with: { tool: 'mmdebstrap', variant: 'custom', timestamp: 0 },
  packages: [
    { name: 'shell', version: '1', architecture: 'all', file: 'pool/shell.deb', bytes: 1, sha256: '0'.repeat(64) },
  ],
});

/** Puts the builder into a tree, and its root where a run with that work folder looks for it. */
export function addShellBuilder(tree: string, out = 'out'): void {
  mkdirSync(join(tree, 'builders'), { recursive: true });
  writeFileSync(join(tree, `builders/${SHELL_BUILDER}.json`), '{"suite": "test", "packages": ["shell"]}');
  writeFileSync(join(tree, `builders/${SHELL_BUILDER}.lock.json`), LOCK);
  const digest = builderDigest(parseBuilderLock(LOCK, 'shell.lock.json'));
  makeRoot(join(tree, out, 'cache/builders', digest, 'root'));
}

function makeRoot(root: string): void {
  for (const folder of MOUNT_POINTS) mkdirSync(join(root, folder), { recursive: true });
  files ??= programFiles();
  for (const [to, from] of files) copyInto(root, from, to);
  cpSync(LOCALE, join(root, LOCALE), { recursive: true });
  symlinkSync('usr/bin', join(root, 'bin'));
  symlinkSync('bash', join(root, 'usr/bin/sh'));
}

/** Found once, for to ask for libraries takes as long as to copy them. */
let files: ReadonlyMap<string, string> | undefined;

/** The programs and the libraries that they are linked with: where each goes in the root, and where it is here. */
function programFiles(): ReadonlyMap<string, string> {
  const programs = PROGRAMS.map((name): [string, string] => {
    const program = realpathSync(existsSync(`/usr/bin/${name}`) ? `/usr/bin/${name}` : `/bin/${name}`);
    return [`/usr/bin/${name}`, program];
  });
  const listing = execFileSync('ldd', [...new Set(programs.map(([, program]) => program))], { encoding: 'utf8' });
  const libraries = [...listing.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']): [string, string] => {
    return [path, realpathSync(path)];
  });
  return new Map([...programs, ...libraries]);
}

function copyInto(root: string, from: string, to: string): void {
  const target = join(root, to);
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(from, target);
}
