/**
 * The base stage with a real mmdebstrap, by root and by an ordinary user: both make the same bytes, and a `kill -9` in the
 * midst of it leaves no process, no mount and nothing that the next bake does not clear up.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { processGone } from '../../src/host/process-group.ts';
import { parseImageRecord } from '../../src/recipe/image-record.ts';
import { debianImageRig, dpkgHeld, holdDpkg } from '../rig/debian-image.ts';
import { giveTo, startAs, takeBack, type Who } from '../rig/ordinary-user.ts';
import { offspringOf } from '../rig/processes.ts';
import type { Rig } from '../rig/rig.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const IMAGE = 'out/images/tiny/1.2.3';
const BASES = 'out/cache/images/base';
const ARGUMENTS = ['image', 'bake', 'tiny'];

let rig: Rig;
let whole = '';

beforeAll(async () => {
  rig = await debianImageRig();
  await giveTo('root', rig);
  whole = await bakeAs('root');
});
afterAll(async () => {
  // It would be removed as well.
  if (mountsBelow(rig.folder).length > 0) throw new Error(`something is mounted below ${rig.folder}`);
  await takeBack(rig);
  rig[Symbol.dispose]();
});

/** @returns the hash of what is on the disk */
async function bakeAs(who: Who): Promise<string> {
  const { status, stderr } = await startAs(who, rig, [...ARGUMENTS, '--quiet']).end;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return parseImageRecord(readFileSync(rig.path(IMAGE, 'image.json'), 'utf8'), 'image.json').disk.contentSha256;
}

const mountsBelow = (folder: string): readonly string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(folder));

test.each<Who>(['root', 'an ordinary user'])(
  'killed in the midst of the work of dpkg for %s, it leaves nothing, and the next bake makes what root makes undisturbed',
  async (who) => {
    await takeBack(rig);
    for (const made of ['out/images', 'out/cache/images']) rmSync(rig.path(made), { recursive: true });
    const programs = holdDpkg(rig);
    await giveTo(who, rig);
    const running = startAs(who, rig, ARGUMENTS, programs);
    await using held = await dpkgHeld(rig, running);
    const offspring = offspringOf(running.pid());
    expect(offspring.map(({ name }) => name)).toEqual(expect.arrayContaining(['mmdebstrap', 'apt-get', 'dpkg']));
    await running.killHard();
    await Promise.all(offspring.map(({ pid }) => processGone(pid)));
    expect(mountsBelow(held.root)).toEqual([]);
    expect(existsSync(rig.path(IMAGE, 'image.json'))).toBe(false);
    expect(readdirSync(rig.path(BASES)).filter((name) => !name.includes('.tmp-'))).toEqual([]);
    expect(await bakeAs(who)).toBe(whole);
    expect(readdirSync(rig.path(BASES))).toHaveLength(1);
    expect(existsSync(held.root)).toBe(false);
    expect(readdirSync(rig.path('tmp'))).toEqual([]);
  },
);
