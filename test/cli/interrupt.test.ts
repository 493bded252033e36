import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { LONG_NAP, processesWith } from '../rig/processes.ts';
import { Rig } from '../rig/rig.ts';
import { serve } from '../rig/web-server.ts';

/** Ends by itself only when the file `quick` is in its folder; SIGTERM and SIGINT do not impress it. */
const STUBBORN = `trap '' TERM INT; echo asleep; [ -e /pkg/build/quick ] || sleep ${LONG_NAP}; touch $PKG_PATH/done`;

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends what is being built, and all that it started',
  async (signal) => {
    using rig = Rig.withBuilder();
    rig.component('stubborn', { script: STUBBORN });
    const running = rig.start(['build', '--verbose']);
    await running.sees('asleep');
    running.kill(signal);
    const { status, stderr } = await running.end;
    expect(status).toBe(130);
    expect(stderr).not.toContain('failed');
    expect(stderr).toContain('Cancelled: 1 skipped, 1 not finished.');
    expect(stderr).toContain('Next: run the same command again; it goes on where it stopped.');
    expect(processesWith(LONG_NAP)).toEqual([]);
    await expect.poll(() => processesWith(rig.folder), { timeout: 10_000 }).toEqual([]);
  },
);

test('a second signal ends the run at once, and leaves no process either', async () => {
  using rig = Rig.withBuilder();
  rig.component('stubborn', { script: STUBBORN });
  const running = rig.start(['build', '--verbose']);
  await running.sees('asleep');
  // Two of one kind could arrive as one.
  running.kill('SIGINT');
  running.kill('SIGTERM');
  expect(await running.end).toMatchObject({ status: 130 });
  await expect.poll(() => processesWith(LONG_NAP), { timeout: 10_000 }).toEqual([]);
  await expect.poll(() => processesWith(rig.folder), { timeout: 10_000 }).toEqual([]);
  rig.write('packages/stubborn/quick', '');
  expect((await rig.run('build')).status).toBe(0);
});

test('under --keep-going, too, a signal ends the run: nothing new starts, and failures before it are told', async () => {
  using rig = Rig.withBuilder();
  rig.component('broken', { script: 'echo it is broken; exit 5' });
  rig.component('later', { buildinfo: { requires: ['stubborn'] }, script: 'touch $PKG_PATH/later' });
  rig.component('stubborn', { script: `until [ -e /pkg/build/go ]; do sleep 0.1; done; ${STUBBORN}` });
  const running = rig.start(['build', '--keep-going', '--verbose', '--jobs', '2']);
  await running.sees('failed with exit status 5');
  rig.write('packages/stubborn/go', '');
  await running.sees('asleep');
  running.kill('SIGINT');
  const { status, stderr } = await running.end;
  expect(status).toBe(130);
  expect(stderr).toContain('later: not run: the run was cancelled');
  expect(stderr).toMatch(/broken: failed in build after .*: The build of broken failed with exit status 5/);
  expect(processesWith(LONG_NAP)).toEqual([]);
});

test('a run that waits for another one stops at once, and the other goes on', async () => {
  using rig = Rig.withBuilder();
  rig.component('slow', { script: 'echo begun; until [ -e /pkg/build/go ]; do sleep 0.1; done; touch $PKG_PATH/slow' });
  const first = rig.start(['build', '--verbose']);
  await first.sees('begun');
  const second = rig.start(['build', '--verbose']);
  await second.sees('waits for another run');
  second.kill('SIGINT');
  expect(await second.end).toMatchObject({ status: 130 });
  rig.write('packages/slow/go', '');
  expect(await first.end).toMatchObject({ status: 0 });
});

test('a download that is stopped goes on in the next run', async () => {
  using rig = Rig.withBuilder();
  const content = Buffer.from('0123456789'.repeat(100_000));
  const started = Promise.withResolvers<void>();
  let isPatient = false;
  await using server = await serve((request, response) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const headers = { etag: '"1"', 'accept-ranges': 'bytes', 'content-length': content.length - from };
    const range = from === 0 ? {} : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from === 0 ? 200 : 206, { ...headers, ...range });
    if (isPatient) response.end(content.subarray(from));
    else response.write(content.subarray(0, 500_000), () => started.resolve());
  });
  const source = { kind: 'url', url: `${server.url}/big.txt`, sha256: sha256(content) };
  rig.component('big', { buildinfo: { single_source: source }, script: 'cp /pkg/src/big/big.txt $PKG_PATH' });
  const running = rig.start(['build', '--json']);
  await started.promise;
  running.kill('SIGINT');
  expect(await running.end).toMatchObject({ status: 130 });
  const cached = rig.path('out/cache/sources/sha256', sha256(content));
  expect(existsSync(cached)).toBe(false);
  isPatient = true;
  expect((await rig.run('build')).status).toBe(0);
  expect(existsSync(cached)).toBe(true);
});

test('a build whose output nobody reads any more stops', async () => {
  using rig = Rig.withBuilder();
  rig.component('stubborn', { script: STUBBORN });
  const { stdout } = await rig.shell('dcos-build build --verbose 2>&1 | head -n 1; echo "status ${PIPESTATUS[0]}"');
  expect(stdout).toMatch(/Building .*\nstatus 130\n$/);
  expect(processesWith(LONG_NAP)).toEqual([]);
});
