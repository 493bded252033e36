/** Roots made for real, of the smallest set of packages that mmdebstrap can install: 12 MB of Debian's archive. */
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bubblewrap } from '../../src/executor/bubblewrap.ts';
import { buildRoot, hasRoot, rootFolder } from '../../src/executor/builder-root.ts';
import { lockBuilder } from '../../src/executor/lock-builder.ts';
import { firstDifference } from '../../src/host/compare-trees.ts';
import { builderDigest, type BuilderLock } from '../../src/recipe/builder.ts';
import { lockSmallDebian, SMALL_TIMESTAMP } from '../rig/small-debian.ts';
import { runBuild, tinyRoot } from './tiny-root.ts';

const MINUTES = 60_000;

let folder: string;
let lock: BuilderLock;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dcos-build-test-'));
  lock = await lockSmallDebian(join(folder, 'first/cache/apt'));
}, 2 * MINUTES);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a builder root', { timeout: 5 * MINUTES }, () => {
  test('is made from its lock, with nothing of the host in it', async () => {
    const workFolder = join(folder, 'first');
    const progress: number[] = [];
    const { path, made } = await buildRoot(lock, { workFolder, onDownload: (bytes) => progress.push(bytes) });
    expect(made).toBe(true);
    expect(progress.at(-1)).toBe(lock.packages.reduce((sum, { bytes }) => sum + bytes, 0));
    const read = (name: string): string => readFileSync(join(path, name), 'utf8');
    expect(['etc/hostname', 'etc/resolv.conf', 'etc/machine-id'].map(read)).toEqual(['dcos-build\n', '', '']);
    expect(readdirSync(join(path, 'pkg')).toSorted()).toEqual(['build', 'extra', 'src']);
    expect(['opt/mesosphere', 'proc', 'dev', 'tmp'].filter((name) => !existsSync(join(path, name)))).toEqual([]);
    const noise = ['var/lib/apt/lists', 'var/cache/apt', 'var/log'].flatMap((name) => filesIn(join(path, name)));
    expect(noise.filter((name) => !name.endsWith('/lock'))).toEqual([]);
    expect(filesIn(path).filter((name) => name.includes('mmdebstrap'))).toEqual([]);
  });

  test('is a root in which a build runs', async () => {
    using tiny = tinyRoot();
    const { mounts: _mounts, ...description } = tiny.describe('cat /etc/os-release; echo $((6 * 7)) | sed s/4/four-/');
    const root = { kind: 'folder', path: rootFolder(join(folder, 'first'), lock) } as const;
    const { output, end } = await runBuild(bubblewrap, { ...description, root, mounts: [] });
    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(output).toMatch(/bookworm[^]*four-2\n$/);
  });

  test('is not made again', async () => {
    const made = await buildRoot(lock, { workFolder: join(folder, 'first'), offline: true });
    expect(made).toEqual({ path: rootFolder(join(folder, 'first'), lock), made: false });
  });

  test('is the same bytes elsewhere, made once by two at a time, and without a network', async () => {
    const workFolder = join(folder, 'second');
    cpSync(join(folder, 'first/cache/sources'), join(workFolder, 'cache/sources'), { recursive: true });
    const both = await Promise.all([1, 2].map(() => buildRoot(lock, { workFolder, offline: true })));
    expect(both.filter(({ made }) => made)).toHaveLength(1);
    const [first, second] = ['first', 'second'].map((name) => rootFolder(join(folder, name), lock));
    expect(firstDifference(first ?? '', second ?? '')).toBeUndefined();
    expect(readdirSync(join(workFolder, 'cache/builders', builderDigest(lock)))).toEqual(['root']);
  });

  test('is not made of a damaged package, and offline all that is missing is named', async () => {
    const workFolder = join(folder, 'third');
    cpSync(join(folder, 'first/cache/sources'), join(workFolder, 'cache/sources'), { recursive: true });
    const [damaged, gone] = lock.packages;
    const sources = join(workFolder, 'cache/sources/sha256');
    truncateSync(join(sources, damaged?.sha256 ?? ''), 1000);
    rmSync(join(sources, gone?.sha256 ?? ''));
    await expect(buildRoot(lock, { workFolder, offline: true })).rejects.toMatchObject({
      code: 'SOURCE_MISSING',
      message: `The builder needs packages that are not here: ${damaged?.name} ${damaged?.version}, ${gone?.name} ${gone?.version}.`,
    });
    expect(await hasRoot(workFolder, lock)).toBe(false);
  });

  test('that cannot be made leaves nothing behind, and says what mmdebstrap said', async () => {
    const workFolder = join(folder, 'fourth');
    cpSync(join(folder, 'first/cache/sources'), join(workFolder, 'cache/sources'), { recursive: true });
    const broken = { ...lock, packages: lock.packages.filter(({ name }) => name !== 'libc6') };
    await expect(buildRoot(broken, { workFolder, offline: true })).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      message: expect.stringMatching(/^mmdebstrap could not make the root: E: .*apt-get/),
    });
    expect(readdirSync(join(workFolder, 'cache/builders', builderDigest(broken)))).toEqual([]);
  });

  test('is no longer made once it is cancelled', async () => {
    const workFolder = join(folder, 'fifth');
    cpSync(join(folder, 'first/cache/sources'), join(workFolder, 'cache/sources'), { recursive: true });
    const cancel = new AbortController();
    const onOutput = (): void => cancel.abort();
    const made = buildRoot(lock, { workFolder, offline: true, onOutput, signal: cancel.signal });
    await expect(made).rejects.toThrow('aborted');
    expect(readdirSync(join(workFolder, 'cache/builders', builderDigest(lock)))).toEqual([]);
  });
});

test(
  'a lock is as old as its packages: made again it stays the same, and changed it bears the new time',
  async () => {
    const definition = { suite: 'bookworm', architecture: undefined, packages: ['hello'] };
    const options = { workFolder: join(folder, 'first') };
    const first = await lockBuilder(definition, { ...options, now: SMALL_TIMESTAMP });
    const again = await lockBuilder(definition, { ...options, now: SMALL_TIMESTAMP + 1, previous: first });
    expect(again).toEqual(first);
    expect(first.packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['hello', 'dpkg', 'tzdata']));
    const more = await lockBuilder(
      { ...definition, packages: ['hello', 'file'] },
      { ...options, now: 1, previous: first },
    );
    expect([more.madeWith.timestamp, builderDigest(more) === builderDigest(first)]).toEqual([1, false]);
  },
  MINUTES,
);

/** Paths of all files below a folder, which need not be there. */
function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
