/** Folders of images that are not whole, and files that are none: what `image` says of them, and that a bake goes on. */
import { copyFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DEFINITION, imageRig } from '../rig/image-rig.ts';
import type { Rig } from '../rig/rig.ts';

const IMAGES = 'out/images/tiny';

describe('beside a whole image', { timeout: 120_000 }, () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await imageRig();
    const { status, stderr } = await rig.run('image', 'bake', 'tiny', '--quiet');
    if (status !== 0) throw new Error(stderr);
  }, 120_000);
  afterAll(() => rig[Symbol.dispose]());
  afterEach(() => {
    for (const version of ['1.2.4', '1.2.5']) rmSync(rig.path(IMAGES, version), { recursive: true, force: true });
  });

  test('one whose bake did not end is passed over for the newest that is whole', async () => {
    rig.write(`${IMAGES}/1.2.4/disk.vhd`, 'the beginning of a disk');
    const { stdout, stderr } = await rig.run('image', 'inspect', 'tiny');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^virtual size +1\.0 GiB /m);
    expect((await rig.run('image', 'diff', 'tiny', 'tiny@1.2.3')).stdout).toContain('The two hold the same.');
    expect((await rig.run('image', 'ls')).stdout).toMatch(/^tiny {2}1\.2\.3 .*\n$/);
  });

  test('images that are named by their folders are compared and tested outside of every tree', async () => {
    const there = rig.path(IMAGES, '1.2.3');
    const { stdout, stderr } = await rig.shell(`cd / && dcos-build image diff '${there}' '${there}'`);
    expect([stdout, stderr]).toEqual([expect.stringContaining('The two hold the same.'), '']);
    expect((await rig.shell(`cd / && dcos-build image inspect '${there}'`)).stderr).toBe('');
    const unknown = await rig.shell(`cd / && dcos-build image diff '${there}' tiny`);
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('There is no baked image "tiny".')]);
  });

  test('one whose bake did not end and that is asked for says so', async () => {
    rig.write(`${IMAGES}/1.2.4/disk.vhd`, 'the beginning of a disk');
    const { status, stderr } = await rig.run('image', 'test', 'tiny@1.2.4');
    expect(stderr).toContain('The image tiny 1.2.4 is not whole: its bake did not end.');
    expect(stderr).toContain('hint: Run "dcos-build image bake tiny --version 1.2.4" again');
    expect(status).toBe(2);
  });

  test.each([
    ['is cut short', '{"format": "dcos-build image 1"', 'it is not JSON'],
    ['is of another dcos-build', '{"format": "dcos-build image 99"}', '"format": '],
  ])('a record that %s is warned of in a list, and a bake writes a new one', async (_, text, why) => {
    rig.write(`${IMAGES}/1.2.4/image.json`, text);
    const list = await rig.run('image', 'ls');
    expect(list.stdout).toMatch(/^tiny {2}1\.2\.3 .*\n$/);
    expect(list.stderr).toContain('image.json is no record of an image: ');
    expect(list.stderr).toContain(`warning: ${IMAGES}/1.2.4/image.json is no record of an image: ${why}`);
    expect(list.status).toBe(0);
    const baked = await rig.run('image', 'bake', 'tiny', '--quiet', '--version', '1.2.4');
    expect([baked.status, baked.stderr]).toEqual([0, '']);
    expect((await rig.run('image', 'ls')).stdout).toMatch(/^tiny {2}1\.2\.4 .*\ntiny {2}1\.2\.3 .*\n$/);
  });

  test('a folder in place of a record is told as one', async () => {
    mkdirSync(rig.path(IMAGES, '1.2.4', 'image.json'), { recursive: true });
    const { status, stderr } = await rig.run('image', 'ls');
    expect(stderr).toContain(`warning: ${IMAGES}/1.2.4/image.json is a folder, not a file`);
    expect(status).toBe(0);
  });

  test('a list of files that was cut short is refused, with what to do', async () => {
    for (const name of ['image.json', 'files.json.gz']) {
      mkdirSync(rig.path(IMAGES, '1.2.4'), { recursive: true });
      copyFileSync(rig.path(IMAGES, '1.2.3', name), rig.path(IMAGES, '1.2.4', name));
    }
    truncateSync(rig.path(IMAGES, '1.2.4', 'files.json.gz'), 100);
    const cut = await rig.run('image', 'diff', 'tiny@1.2.3', 'tiny@1.2.4');
    expect(cut.stderr).toMatch(/files\.json\.gz is no list of the files of an image: .*\.\n/);
    expect(cut.stderr).toContain('hint: Bake it again, or copy the whole folder of the image.');
    expect(cut.status).toBe(2);
    writeFileSync(rig.path(IMAGES, '1.2.4', 'files.json.gz'), 'no archive');
    expect((await rig.run('image', 'diff', 'tiny@1.2.4', 'tiny@1.2.3')).status).toBe(2);
  });

  test.each<[what: string, args: readonly string[], message: string]>([
    ['a hook that is a folder', ['--hook', 'packages'], 'The hook packages is a folder, not a file.'],
    ['a hook that is no text', ['--hook', 'program'], 'The hook program is not UTF-8 text.'],
  ])('%s is refused', async (_, args, message) => {
    rig.write('program', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff, 0xfe]));
    const { status, stderr } = await rig.run('image', 'bake', 'tiny', ...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  test('a definition or a lock that is a folder is refused', async () => {
    mkdirSync(rig.path('pipelines/images/folder.json'), { recursive: true });
    const definition = await rig.run('image', 'bake', 'folder');
    expect(definition.stderr).toContain('pipelines/images/folder.json is a folder, not a file.');
    rig.write('pipelines/images/unlocked.json', JSON.stringify(DEFINITION));
    mkdirSync(rig.path('pipelines/images/unlocked.lock.json'), { recursive: true });
    const lock = await rig.run('image', 'bake', 'unlocked');
    expect(lock.stderr).toContain('pipelines/images/unlocked.lock.json is a folder, not a file.');
    expect([definition.status, lock.status]).toEqual([2, 2]);
  });

  test.each(['out/cache', 'out'])('where %s cannot be written to, the bake says so', async (folder) => {
    rmSync(rig.path('out/cache/images/bootstrap'), { recursive: true, force: true });
    const readOnly = `exec bwrap --dev-bind / / --ro-bind "$PWD/${folder}" "$PWD/${folder}"`;
    const { status, stderr } = await rig.shell(`${readOnly} dcos-build image bake tiny --quiet --version 1.2.5`);
    expect(stderr).toMatch(
      /(?:The folder \S+ cannot be made|No file can be made in \S+): nothing can be written there\./,
    );
    expect(stderr).not.toContain('This is a bug');
    expect(status).toBe(2);
  });
});
