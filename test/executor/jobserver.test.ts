import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bubblewrap } from '../../src/executor/bubblewrap.ts';
import { Jobserver } from '../../src/host/jobserver.ts';
import { runBuild, tinyRoot, type TinyRoot } from './tiny-root.ts';

let root: TinyRoot;
let source: string;
beforeAll(() => {
  root = tinyRoot();
  source = join(root.folder, 'src');
  mkdirSync(source);
  // Each job tells how many run at that moment, its own included.
  writeFileSync(
    join(source, 'Makefile'),
    'all: 1 2 3 4 5 6 7 8\n%:\n\t@mkdir /pkg/src/run.$@.$$PKG_NAME; ls /pkg/src | grep -c ^run; sleep 0.1; rmdir /pkg/src/run.$@.$$PKG_NAME\n',
  );
});
afterAll(() => root[Symbol.dispose]());

test('makes in several sandboxes share the slots of one jobserver', async () => {
  await using jobserver = await Jobserver.open(root.folder, 3);
  const outputs = await Promise.all(['a', 'b'].map((name) => makeIn(jobserver, name)));
  const most = Math.max(...outputs.join('').trim().split('\n').map(Number));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(3);
  expect(tokensIn(jobserver)).toBe(3);
});

test('a build alone has all the slots', async () => {
  await using jobserver = await Jobserver.open(root.folder, 4);
  const output = await makeIn(jobserver, 'alone');
  expect(Math.max(...output.trim().split('\n').map(Number))).toBe(4);
});

test('the tokens of a killed make come back once no build runs', async () => {
  await using jobserver = await Jobserver.open(root.folder, 4);
  const cancel = new AbortController();
  {
    using _slot = jobserver.enter();
    const { end } = await runBuild(bubblewrap, describeMake('killed'), {
      jobserver: jobserver.path,
      signal: cancel.signal,
      onOutput: () => cancel.abort(),
    });
    expect(end).toEqual({ kind: 'cancelled' });
  }
  expect(tokensIn(jobserver)).toBe(4);
});

test('a build that enters while all tokens are out pays with the next one', async () => {
  await using jobserver = await Jobserver.open(root.folder, 1);
  const first = jobserver.enter();
  const second = jobserver.enter();
  expect(tokensIn(jobserver)).toBe(0);
  first[Symbol.dispose]();
  expect(tokensIn(jobserver)).toBe(0);
  second[Symbol.dispose]();
  expect(tokensIn(jobserver)).toBe(1);
});

async function makeIn(jobserver: Jobserver, name: string): Promise<string> {
  using _slot = jobserver.enter();
  const { output, end } = await runBuild(bubblewrap, describeMake(name), { jobserver: jobserver.path });
  expect(end).toEqual({ kind: 'exited', code: 0 });
  return output;
}

function describeMake(name: string): ReturnType<TinyRoot['describe']> {
  return root.describe('exec make $MAKE_JOBS --no-print-directory -f /pkg/src/Makefile', {
    environment: { PATH: '/usr/bin:/bin', PKG_NAME: name },
    mounts: [{ from: source, to: '/pkg/src', mode: 'rw' }],
  });
}

/** Reads the pipe empty, and puts back what was in it. */
function tokensIn({ path }: Jobserver): number {
  const script = `exec 9<>${path}; tokens=$(dd bs=64 count=1 iflag=nonblock <&9 2>/dev/null); printf %s "$tokens" >&9; printf %s "$tokens"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).length;
}
