/** Scripts that run in the root of an image, by root and by users with and without ids to give away. */
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processGone } from '../../src/host/process-group.ts';
import { imageRig } from '../rig/image-rig.ts';
import { addOrdinaryUser, giveTo, startAs, takeBack, type RunningAs } from '../rig/ordinary-user.ts';
import { LONG_NAP, offspringOf } from '../rig/processes.ts';
import { bake, recordOf } from '../rig/tiny-image.ts';
import type { CommandEnd, Rig } from '../rig/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await imageRig();
  chmodSync(rig.folder, 0o755);
  addOrdinaryUser(rig);
  const { status, stderr } = await bake(rig);
  if (status !== 0) throw new Error(stderr);
});
afterAll(async () => {
  await takeBack(rig);
  rig[Symbol.dispose]();
});

test('a hook runs as root of the root, without network, and what it leaves is in the image', async () => {
  rig.write(
    'hook.sh',
    `#!/bin/bash
set -eu
echo "I am $(id -u)"
(exec 3<>/dev/tcp/127.0.0.1/1) 2>&1 | sed s/.*connect/connect/
ls /run
echo made >/etc/made
install -d -m 0750 /srv/made
echo x >/var/log/hook.log`,
  );
  const { status, stderr } = await rig.run('image', 'bake', 'tiny', '--hook', 'hook.sh', '--version', '1.2.4', '-v');
  expect(stderr).toContain('hook stage | I am 0\n');
  expect(stderr).toContain('hook stage | hook\n');
  expect(status).toBe(0);
  expect(recordOf(rig, '1.2.4').inputs.hooks.map(({ name }) => name)).toEqual(['hook.sh']);
  const { stdout } = await rig.run('image', 'diff', 'tiny@1.2.3', 'tiny@1.2.4');
  expect(stdout).toMatch(
    /^tiny 1\.2\.3 → tiny 1\.2\.4: .*\n\nfiles \(5\)\n {2}content {2}\/boot\/grub\/grub\.cfg .*\n {2}content {2}\/etc\/fstab .*\n {2}added +\/etc\/made {2,}\+5 B\n {2}added +\/srv .*\n {2}added +\/srv\/made /,
  );
  const { stdout: listed } = await rig.run('image', 'ls');
  expect(listed).toMatch(/^tiny {2}1\.2\.4 {2}V2 {2}1\.0 GiB .*\ntiny {2}1\.2\.3 {2}V2 /);
});

test('a user without ids to give away bakes the same, and its hooks too', async () => {
  rig.write('hook.sh', '#!/bin/bash\nset -eu\necho "I am $(id -u)"\necho mine >/etc/mine\n');
  const asUser = 'exec bwrap --dev-bind / / --unshare-user --uid 4711 --gid 4711 dcos-build image bake tiny';
  const { status, stderr } = await rig.shell(`${asUser} --hook hook.sh --version 1.2.6 --verbose`);
  expect(stderr).toContain('hook stage | I am 0\n');
  expect(status).toBe(0);
  const asOne = recordOf(rig, '1.2.6').disk.contentSha256;
  rmSync(rig.path('out/images/tiny/1.2.6'), { recursive: true });
  rmSync(rig.path('out/cache/images/hook'), { recursive: true });
  expect((await bake(rig, '--hook', 'hook.sh', '--version', '1.2.6')).status).toBe(0);
  expect(recordOf(rig, '1.2.6').disk.contentSha256).toBe(asOne);
});

const LAST_WORDS = 'The hook hook.sh failed with status 7; its last words: no such thing';

test.each(['--quiet', '--verbose', '--no-verbose'])('a hook that fails is told once, with %s', async (option) => {
  rig.write('hook.sh', '#!/bin/bash\necho first\necho no such thing >&2\nexit 7\n');
  const { status, stdout, stderr } = await bakeWith('hook.sh', option);
  expect(stderr.split(LAST_WORDS)).toHaveLength(2);
  expect(stderr).not.toContain('error:');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(existsSync(rig.path('out/images/tiny/1.2.5'))).toBe(false);
});

test('a hook that fails is told once under --json, as the error of the answer', async () => {
  rig.write('hook.sh', '#!/bin/bash\necho first\necho no such thing >&2\nexit 7\n');
  const { status, stdout, stderr } = await bakeWith('hook.sh', '--json');
  expect(JSON.parse(stdout)).toEqual({
    error: { code: 'BUILD_FAILED', message: LAST_WORDS, hint: expect.stringContaining('--verbose shows') },
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
});

function bakeWith(hook: string, option: string): Promise<CommandEnd> {
  return rig.run('image', 'bake', 'tiny', '--hook', hook, '--version', '1.2.5', option);
}

/** Gives away a folder that only its new owner can look into, and a file in it. */
const GIVE = `#!/bin/bash
set -eu
install -d -m 0700 -o 1 -g 1 /srv/given
echo x >/srv/given/x
echo given
`;

const HOOK_STAGES = 'out/cache/images/hook';

test('a hook of an ordinary user that fails is told with its last words, whoever has its files', async () => {
  rig.write('hook.sh', `${GIVE}exit 7\n`);
  await giveTo('an ordinary user', rig);
  const args = ['image', 'bake', 'tiny', '--hook', 'hook.sh', '--version', '1.2.7', '--quiet'];
  const { status, stderr } = await startAs('an ordinary user', rig, args).end;
  expect(stderr).toContain('The hook hook.sh failed with status 7; its last words: given');
  expect(status).toBe(1);
  expect(readdirSync(rig.path(HOOK_STAGES)).filter((name) => name.includes('.tmp-'))).toEqual([]);
  await takeBack(rig);
});

test('what a killed hook of an ordinary user gave away is cleared up by the next bake', async () => {
  rig.write('hook.sh', `${GIVE}sleep ${LONG_NAP}\n`);
  rig.write('quick.sh', GIVE);
  await giveTo('an ordinary user', rig);
  const bakeAsUser = (hook: string, option: string): RunningAs =>
    startAs('an ordinary user', rig, ['image', 'bake', 'tiny', '--hook', hook, '--version', '1.2.8', option]);
  const running = bakeAsUser('hook.sh', '--verbose');
  await running.sees('hook stage | given');
  const offspring = offspringOf(running.pid());
  expect(offspring.map(({ name }) => name)).toContain('bwrap');
  await running.killHard();
  await Promise.all(offspring.map(({ pid }) => processGone(pid)));
  const left = () => readdirSync(rig.path(HOOK_STAGES)).filter((name) => name.includes('.tmp-'));
  expect(left()).toHaveLength(1);
  expect(await bakeAsUser('quick.sh', '--quiet').end).toMatchObject({ status: 0, stderr: '' });
  expect(left()).toEqual([]);
  await takeBack(rig);
});
