import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mount } from '../../src/executor/executor.ts';
import { bubblewrap } from '../../src/executor/bubblewrap.ts';
import { runBuild, tinyRoot, type TinyRoot } from './tiny-root.ts';

let root: TinyRoot;
beforeAll(() => {
  root = tinyRoot();
});
afterAll(() => root[Symbol.dispose]());

const run = (...args: Parameters<TinyRoot['describe']>): ReturnType<typeof runBuild> =>
  runBuild(bubblewrap, root.describe(...args));

describe('what a build sees', () => {
  test('has only the environment it was given, and its working folder', async () => {
    const environment = { PATH: '/usr/bin:/bin', PKG_NAME: 'x y', EMPTY: '' };
    const { output } = await run('env', { command: ['/usr/bin/env'], environment });
    expect(output.trim().split('\n').toSorted()).toEqual(['EMPTY=', 'PATH=/usr/bin:/bin', 'PKG_NAME=x y', 'PWD=/pkg']);
  });

  test("has nothing of the host's environment anywhere in /proc", async () => {
    process.env['DCOS_BUILD_TEST_SECRET'] = 'swordfish';
    const { output } = await run('cat /proc/*/environ');
    delete process.env['DCOS_BUILD_TEST_SECRET'];
    expect(output).not.toContain('swordfish');
  });

  test('is root of a machine with a fixed name, in /pkg, with a fixed mask and no core files', async () => {
    const { output } = await run('id -u; id -g; uname -n; pwd; umask; ulimit -c; stat -c %a /tmp');
    expect(output.trim().split('\n')).toEqual(['0', '0', 'dcos-build', '/pkg', '0022', '0', '1777']);
  });

  test('cannot reach the network, nor a server on the loopback of this host', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { output } = await run(
      `cut -d: -f1 -s /proc/net/dev | tr -d ' '; exec 2>&1; bash -c 'echo hi >/dev/tcp/127.0.0.1/${port}' || echo refused`,
    );
    server.close();
    expect(output).toMatch(/^lo\n/);
    expect(output).toContain('refused');
    expect(output).toContain('Connection refused');
  });

  test('sees no file and no process of the host beside its mounts', async () => {
    const { output } = await run(`ls -d ${root.folder} /home /root 2>&1; ls /; ls -d /proc/[0-9]* | wc -l`);
    expect(output.match(/No such file/g)).toHaveLength(3);
    expect(output).not.toMatch(/^(home|work|var)$/m);
    expect(Number(output.trim().split('\n').at(-1))).toBeLessThan(6);
  });

  test("cannot write the root, a read-only mount, or the kernel's switches", async () => {
    const from = join(root.folder, 'readonly');
    mkdirSync(from);
    const { output, end } = await run(
      'touch /x /usr/x /pkg/src/x 2>&1; cat /proc/sys/vm/swappiness >/proc/sys/vm/swappiness',
      { mounts: [{ from, to: '/pkg/src', mode: 'ro' }] },
    );
    expect(output.match(/Read-only file system/g)).toHaveLength(4);
    expect(end).toEqual({ kind: 'exited', code: 2 });
  });

  test('writes what is mounted rw, as the user that runs us; a mount may lie within another', async () => {
    const [opt, own] = [join(root.folder, 'opt'), join(root.folder, 'own')];
    mkdirSync(join(opt, 'packages/own'), { recursive: true });
    mkdirSync(own);
    const { end } = await run('echo made >/opt/mesosphere/packages/own/file', {
      mounts: [
        { from: opt, to: '/opt/mesosphere', mode: 'ro' },
        { from: own, to: '/opt/mesosphere/packages/own', mode: 'rw' },
      ],
    });
    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(readFileSync(join(own, 'file'), 'utf8')).toBe('made\n');
  });

  test('has no more than the capabilities of an ordinary owner of all its files', async () => {
    const { output } = await run('sed -n s/CapEff:.//p /proc/self/status');
    expect(output.trim()).toBe('000000000000003b');
  });
});

describe('output', () => {
  test('comes in the order written, from both streams', async () => {
    const { output } = await run('for i in 1 2 3 4 5 6 7 8 9; do echo out$i; echo err$i >&2; done');
    expect(output.trim().split('\n')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((i) => [`out${i}`, `err${i}`]));
  });

  test('can be opened by name, as build scripts do', async () => {
    expect((await run('echo one >/dev/stderr; echo two | tee /dev/stderr')).output).toBe('one\ntwo\ntwo\n');
  });

  test('is whole, however much there is', async () => {
    expect((await run('head -c 20000000 /dev/zero')).output).toHaveLength(20_000_000);
  });

  test('ends the build when it can no longer be taken, and says why', async () => {
    const full = new Error('disk full');
    const onOutput = (): void => {
      throw full;
    };
    await expect(runBuild(bubblewrap, root.describe('echo x; sleep 60'), { onOutput })).rejects.toBe(full);
  });
});

describe('the end', () => {
  test.each([
    ['exit 0', { kind: 'exited', code: 0 }],
    ['exit 7', { kind: 'exited', code: 7 }],
    ['kill -TERM $$', { kind: 'signalled', signal: 'SIGTERM' }],
    ['kill -SEGV $$', { kind: 'signalled', signal: 'SIGSEGV' }],
  ])('of "%s" is told as it was', async (script, end) => {
    expect((await run(script)).end).toEqual(end);
  });

  test('of a program that is not there is a failed build that says so', async () => {
    const { end, output } = await run('', { command: ['/pkg/build/build'] });
    expect(end).toEqual({ kind: 'exited', code: 1 });
    expect(output).toContain('/pkg/build/build: No such file or directory');
  });

  test('of a sandbox that could not be made is an error with the words of bubblewrap', async () => {
    const mounts = [{ from: '/nowhere', to: '/pkg/src', mode: 'ro' as const }];
    await expect(run('true', { mounts })).rejects.toMatchObject({
      code: 'EXECUTOR_UNAVAILABLE',
      message: expect.stringContaining("Can't find source path /nowhere"),
    });
  });
});

describe('a build that must end', () => {
  const MANY = `for i in 1 2 3 4 5; do (setsid sleep ${nap(1)} >/dev/null 2>&1 &); done; echo ready; sleep ${nap(1)}`;

  test('ends at its time limit, with every process that it started', async () => {
    const { end } = await run(MANY, { limits: { timeoutMs: 500, memoryBytes: 2 ** 29 } });
    expect(end).toEqual({ kind: 'timeout', timeoutMs: 500 });
    expect(sleepers(nap(1))).toEqual([]);
  });

  test('ends when it is cancelled, with every process that it started', async () => {
    const cancel = new AbortController();
    const onOutput = (): void => cancel.abort();
    const { end } = await runBuild(bubblewrap, root.describe(MANY), { onOutput, signal: cancel.signal });
    expect(end).toEqual({ kind: 'cancelled' });
    expect(sleepers(nap(1))).toEqual([]);
  });

  test('does not start when it was cancelled before', async () => {
    const { end, output } = await runBuild(bubblewrap, root.describe('echo started'), { signal: AbortSignal.abort() });
    expect([end, output]).toEqual([{ kind: 'cancelled' }, '']);
  });

  test('ends at its memory limit, all its processes counted together', async () => {
    const eat = `perl -e '$x = "x" x (120 << 20); sleep ${nap(2)}'`;
    const { end } = await run(`${eat} & ${eat} & ${eat} & wait`, {
      limits: { timeoutMs: 60_000, memoryBytes: 256 * 1024 * 1024 },
    });
    expect(end).toEqual({ kind: 'memory', memoryBytes: 256 * 1024 * 1024 });
    expect(sleepers(nap(2))).toEqual([]);
  });

  test('may share memory among its processes without being counted twice', async () => {
    const share = `perl -e '$x = "x" x (120 << 20); for (1..3) { fork or do { sleep 1; exit } } wait for 1..3'`;
    expect((await run(share, { limits: { timeoutMs: 60_000, memoryBytes: 300 << 20 } })).end).toEqual({
      kind: 'exited',
      code: 0,
    });
  });

  test('cannot fill the memory of this machine by way of /tmp', async () => {
    const { output } = await run('head -c 20000000 /dev/zero 2>&1 >/tmp/big || echo full', {
      limits: { timeoutMs: 60_000, memoryBytes: 10 << 20 },
    });
    expect(output).toContain('full');
  });

  test('leaves no process behind that it put into the background', async () => {
    const { end } = await run(`setsid sleep ${nap(3)} >/dev/null 2>&1 </dev/null & exit 0`);
    expect(end).toEqual({ kind: 'exited', code: 0 });
    expect(sleepers(nap(3))).toEqual([]);
  });

  test('ends with us when we are killed, at whatever moment', async () => {
    for (let round = 0; round < 8; round += 1) {
      const own = ownProcess('await bubblewrap.run(description, { onOutput, signal: new AbortController().signal })', {
        script: `echo $$; sleep ${nap(4)}`,
        before: `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${round * 5});`,
      });
      expect(own.signal).toBe('SIGKILL');
    }
    await expect.poll(() => sleepers(nap(4)), { timeout: 5000 }).toEqual([]);
  });
});

test('a shell opens in the sandbox as the build left it, and hands on its exit status', () => {
  const source = join(root.folder, 'left');
  mkdirSync(source);
  writeFileSync(join(source, 'half-made'), '');
  const own = ownProcess('process.exitCode = await bubblewrap.shell(description)', {
    script: 'false',
    mounts: [{ from: source, to: '/pkg/src', mode: 'rw' }],
    input: 'pwd; ls /pkg/src; id -u; echo $PKG_NAME; exit 5\n',
  });
  expect(own.stdout.split('\n')).toEqual(expect.arrayContaining(['/pkg', 'half-made', '0', 'curl']));
  expect(own.status).toBe(5);
});

interface OwnProcess {
  readonly script: string;
  readonly before?: string;
  readonly mounts?: readonly Mount[];
  readonly input?: string;
}

/** Runs an expression with `bubblewrap` and a `description` of that build in a process of its own. */
function ownProcess(
  expression: string,
  { script, before = '', mounts = [], input = '' }: OwnProcess,
): SpawnSyncReturns<string> {
  const description = root.describe(script, { mounts, environment: { PATH: '/usr/bin:/bin', PKG_NAME: 'curl' } });
  const code = `
    const { bubblewrap } = await import('${join(import.meta.dirname, '../../src/executor/bubblewrap.ts')}');
    const description = ${JSON.stringify(description)};
    const onOutput = () => {};
    ${before}
    ${expression};`;
  const env = { ...process.env, TMPDIR: root.folder }; // what it leaves when killed goes with the root
  return spawnSync(process.execPath, ['--input-type=module', '-e', code], { input, env, encoding: 'utf8' });
}

/** Seconds that no other run of these tests sleeps, to know our processes by. */
function nap(number: number): string {
  return `98${number}${process.pid}`;
}

/** Pids of the processes on this machine that were told to sleep that long. */
function sleepers(seconds: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(seconds);
    } catch {
      return false;
    }
  });
}
