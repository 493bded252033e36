import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

/** What a build has written into its package. */
function resultOf(rig: Rig, component: string, path: string): string {
  const id = readFileSync(rig.path('out/repository/packages', component, 'latest'), 'utf8');
  return readFileSync(rig.path('out/cache/unpacked', id, path), 'utf8');
}

test('a build has the environment of pkgpanda, a fixed clock, and nothing of the caller', async () => {
  using rig = Rig.withBuilder();
  const script = 'env -0 > $PKG_PATH/environment; pwd > $PKG_PATH/folder; id -u > $PKG_PATH/user';
  rig.component('plain', { script });
  rig.component('varied', { script });
  rig.write('packages/varied/ee.buildinfo.json', JSON.stringify({ docker: 'shell', build_script: 'build' }));
  rig.write('treeinfo.json', JSON.stringify({ variants: { varied: 'ee' } }));
  const { status } = await rig.start(['build'], { SECRET: 'of the caller', MAKEFLAGS: '-j99', TZ: 'Asia/Tokyo' }).end;
  expect(status).toBe(0);
  const id = readFileSync(rig.path('out/repository/packages/plain/latest'), 'utf8');
  const lines = resultOf(rig, 'plain', 'environment').split('\0').filter(Boolean);
  const environment = Object.fromEntries(lines.map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
  expect(environment).toEqual({
    PKG_NAME: 'plain',
    PKG_ID: id,
    PKG_VERSION: id.slice('plain--'.length),
    PKG_PATH: `/opt/mesosphere/packages/${id}`,
    PKG_VARIANT: '<default>',
    NUM_CORES: expect.stringMatching(/^[1-9]\d*$/),
    MAKE_JOBS: expect.stringContaining('jobserver'),
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    SOURCE_DATE_EPOCH: '1461024000',
    // Of the shell that runs the script.
    ...{ PWD: '/pkg', SHLVL: expect.any(String), _: '/usr/bin/env' },
  });
  expect(resultOf(rig, 'plain', 'folder')).toBe('/pkg\n');
  expect(resultOf(rig, 'plain', 'user')).toBe('0\n');
  const varied = readFileSync(rig.path('out/repository/packages/varied/ee.latest'), 'utf8');
  const other = readFileSync(rig.path('out/cache/unpacked', varied, 'environment'), 'utf8');
  expect(other.split('\0')).toContain('PKG_VARIANT=ee');
});

test('the cores are shared: with one job at a time, all of them are its own', async () => {
  using rig = Rig.withBuilder();
  for (const name of ['a', 'b', 'c', 'd']) rig.component(name, { script: 'echo $NUM_CORES > $PKG_PATH/cores' });
  await rig.run('build', '--jobs', '1');
  const all = Number(resultOf(rig, 'a', 'cores'));
  expect(['b', 'c', 'd'].map((name) => Number(resultOf(rig, name, 'cores')))).toEqual([all, all, all]);
  await rig.run('build', '--force', '--jobs', '4');
  const shares = ['a', 'b', 'c', 'd'].map((name) => Number(resultOf(rig, name, 'cores')));
  expect(shares[0]).toBe(Math.max(1, Math.floor(all / 4)));
});

test('a build reaches no network, not even a server of its own machine', async () => {
  using rig = Rig.withBuilder();
  let visits = 0;
  await using server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  rig.component('curious', {
    script: `cat /proc/net/dev > $PKG_PATH/devices
if (: < /dev/tcp/127.0.0.1/${port}) 2> $PKG_PATH/complaint; then echo reached; exit 1; fi`,
  });
  expect((await rig.run('build')).status).toBe(0);
  expect(visits).toBe(0);
  expect(resultOf(rig, 'curious', 'complaint')).toContain('Connection refused');
  const devices = resultOf(rig, 'curious', 'devices').trim().split('\n').slice(2);
  expect(devices.map((line) => line.trim().split(':')[0])).toEqual(['lo']);
});

test('a build sees its folder read-only, its extra files, its sources to write to, and the programs it requires', async () => {
  using rig = Rig.withBuilder();
  rig.component('tool', {
    script: `mkdir $PKG_PATH/bin $PKG_PATH/lib
printf '#!/bin/bash\\necho tool $1\\n' > $PKG_PATH/bin/tool; chmod +x $PKG_PATH/bin/tool
echo needed > $PKG_PATH/lib/data`,
    buildinfo: { environment: { TOOL_HOME: '/opt/mesosphere/active/tool' } },
  });
  rig.component('between', { buildinfo: { requires: ['tool'] }, script: 'touch $PKG_PATH/between' });
  rig.component('user', {
    buildinfo: { requires: ['between'] },
    extra: { 'conf/a.conf': 'a = 1\n' },
    script: `cat /pkg/extra/conf/a.conf /pkg/build/extra/conf/a.conf > $PKG_PATH/extra
for place in /pkg/build /pkg/extra /opt/mesosphere /opt/mesosphere/packages /opt/mesosphere/active/tool/lib /usr; do
  if touch $place/intruder 2>/dev/null; then echo "$place can be written to"; exit 1; fi
done
for place in /pkg/src /tmp "$PKG_PATH"; do touch $place/mine; done
. /opt/mesosphere/environment.export
tool "$TOOL_HOME" > $PKG_PATH/said
cat /opt/mesosphere/lib/data "$TOOL_HOME/lib/data" >> $PKG_PATH/said
cat /pkg/src/buildinfo.full.json > $PKG_PATH/info`,
  });
  const { status, stderr } = await rig.run('build');
  expect(stderr).not.toContain('can be written to');
  expect(status).toBe(0);
  expect(resultOf(rig, 'user', 'extra')).toBe('a = 1\na = 1\n');
  expect(resultOf(rig, 'user', 'said')).toBe('tool /opt/mesosphere/active/tool\nneeded\nneeded\n');
  expect(JSON.parse(resultOf(rig, 'user', 'info'))).toMatchObject({ name: 'user', variant: null });
});

test('nothing of the machine is visible: its home, its temporary files, its processes', async () => {
  using rig = Rig.withBuilder();
  rig.component('spy', {
    script: `ls -A /tmp /home /root 2>/dev/null > $PKG_PATH/files || true
ls /proc > $PKG_PATH/processes; cat /proc/sys/kernel/hostname > $PKG_PATH/host
[ ! -e ${rig.folder} ]`,
  });
  expect((await rig.run('build')).status).toBe(0);
  expect(resultOf(rig, 'spy', 'host')).toBe('dcos-build\n');
  expect(resultOf(rig, 'spy', 'files').replaceAll(/^\/.*:$|\n/gm, '')).toBe('');
  const processes = resultOf(rig, 'spy', 'processes')
    .split('\n')
    .filter((name) => /^\d+$/.test(name));
  expect(processes.length).toBeLessThanOrEqual(4);
});

test('a build that takes longer than --timeout is ended, with its log, and that is no interruption', async () => {
  using rig = Rig.withBuilder();
  rig.component('slow', { script: 'echo so far so good; sleep 600' });
  const { status, stderr } = await rig.run('build', '--timeout', '1');
  expect(status).toBe(1);
  expect(stderr).toContain('The build of slow took longer than its limit of 1 second');
  expect(stderr).toContain('| so far so good');
  expect(readdirSync(rig.path('out/work'))).toEqual([]);
});

test('a build that uses more than --memory is ended with a sentence that names the limit', async () => {
  using rig = Rig.withBuilder();
  rig.component('greedy', { script: 'x=x; while :; do x=$x$x; done' });
  rig.component('modest', { script: 'touch $PKG_PATH/modest' });
  const { status, stderr } = await rig.run('build', '--memory', '64', '--keep-going');
  expect(status).toBe(1);
  expect(stderr).toContain('The build of greedy used more than its limit of 64 MiB of memory.');
  expect(stderr).toContain('modest: built');
});

test('what a build leaves running ends with it, and its package is what it was at that moment', async () => {
  using rig = Rig.withBuilder();
  rig.component('daemon', {
    script: '(while :; do echo tick >> $PKG_PATH/ticks; done) & until [ -s $PKG_PATH/ticks ]; do :; done',
  });
  expect((await rig.run('build')).status).toBe(0);
  expect((await rig.run('build')).stdout).toContain('Nothing to do');
});

test('a build script that cannot be run is told by its name', async () => {
  using rig = Rig.withBuilder();
  rig.component('script', { script: 'touch $PKG_PATH/x' });
  rig.write('packages/script/build', '#!/usr/bin/nothing-like-this\n');
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(1);
  expect(stderr).toContain('/pkg/build/build');
  expect(existsSync(rig.path('out/repository/packages/script'))).toBe(false);
});
