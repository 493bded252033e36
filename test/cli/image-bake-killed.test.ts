/** Bakes that die at any moment: nothing half-written is taken for whole, and the next bake gives the same bytes. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseImageRecord } from '../../src/recipe/image-record.ts';
import { imageRig } from '../rig/image-rig.ts';
import type { Rig, Running } from '../rig/rig.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const IMAGE = 'out/images/tiny/1.2.3';
const STAGES = 'out/cache/images';

let rig: Rig;
let whole = '';

beforeAll(async () => {
  rig = await imageRig();
  rig.write('hook.sh', '#!/bin/bash\nset -eu\necho made >/etc/made\n');
  whole = await bake();
});
afterAll(() => rig[Symbol.dispose]());

const ARGUMENTS = ['image', 'bake', 'tiny', '--hook', 'hook.sh'];

/** @returns the hash of what is on the disk */
async function bake(): Promise<string> {
  const { status, stderr } = await rig.run(...ARGUMENTS, '--quiet');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return parseImageRecord(readFileSync(rig.path(IMAGE, 'image.json'), 'utf8'), 'image.json').disk.contentSha256;
}

/** All but the base, which is not made here. */
function forget(): void {
  for (const each of ['out/images', `${STAGES}/bootstrap`, `${STAGES}/hook`])
    rmSync(rig.path(each), { recursive: true, force: true });
}

/** Nothing is whole, and the next bake makes all of it, as it was, and clears up. */
async function expectRecovery(): Promise<void> {
  expect(existsSync(rig.path(IMAGE, 'image.json'))).toBe(false);
  expect((await rig.run('image', 'ls')).stdout).toContain('There is no image yet');
  expect(await bake()).toBe(whole);
  const left = [IMAGE, `${STAGES}/bootstrap`, `${STAGES}/hook`].flatMap((folder) => readdirSync(rig.path(folder)));
  expect(left.filter((name) => name.includes('.tmp-'))).toEqual([]);
}

test.each(['bootstrap stage: started', 'hook stage: started', 'disk stage: started'])(
  'killed after "%s", it is not taken for whole',
  async (moment) => {
    forget();
    const running = rig.start(ARGUMENTS);
    await running.sees(moment);
    running.kill('SIGKILL');
    const { signal } = await running.end;
    expect(signal).toBe('SIGKILL');
    await expectRecovery();
  },
);

/** A debugfs that tells when it is started and waits for leave, by way of FIFOs, and tells when it has ended. */
function holdDebugfs(): Readonly<Record<string, string>> {
  const folder = rig.path('held');
  rmSync(folder, { recursive: true, force: true });
  rig.write(
    'held/debugfs',
    `#!/bin/bash
echo "$$" >'${folder}/started'
read -r leave <'${folder}/leave'
/usr/sbin/debugfs "$@"
echo "$?" >'${folder}/ended'
`,
  );
  chmodSync(rig.path('held/debugfs'), 0o755);
  execFileSync('mkfifo', ['started', 'leave', 'ended'], { cwd: folder });
  return { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
}

/** @returns the bake, and the process id of its debugfs */
async function startHeld(): Promise<readonly [Running, number]> {
  forget();
  const running = rig.start(ARGUMENTS, holdDebugfs());
  return [running, Number(await readFile(rig.path('held/started'), 'utf8'))];
}

test('an orphan that goes on writing writes to what nobody reads', async () => {
  const [running] = await startHeld();
  running.kill('SIGKILL');
  await running.end;
  const ended = readFile(rig.path('held/ended'), 'utf8');
  await writeFile(rig.path('held/leave'), 'go\n');
  await expectRecovery();
  expect(await ended).toMatch(/^\d+\n$/);
  const { status, stdout } = await rig.run('image', 'bake', 'tiny', '--hook', 'hook.sh');
  expect([status, stdout]).toEqual([0, expect.stringContaining('is up to date')]);
});

test('an orphan that wakes up when the next bake is done finds nothing to write to', async () => {
  const [running] = await startHeld();
  running.kill('SIGKILL');
  await running.end;
  await expectRecovery();
  const ended = readFile(rig.path('held/ended'), 'utf8');
  await writeFile(rig.path('held/leave'), 'go\n');
  await ended;
  rmSync(rig.path('out/state'), { recursive: true });
  const { stdout } = await rig.run('image', 'bake', 'tiny', '--hook', 'hook.sh');
  expect(stdout).toContain('is up to date');
});

test('a debugfs that is killed, as by a machine without memory left, is told in one sentence', async () => {
  const [running, pid] = await startHeld();
  process.kill(pid, 'SIGKILL');
  const { status, stderr } = await running.end;
  expect(stderr).toMatch(/debugfs, which writes \S+disk\.vhd\.tmp-\S+, was ended by signal 9\./);
  expect(stderr).toContain('Look whether the machine ran out of memory');
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(status).toBe(1);
  await expectRecovery();
});
