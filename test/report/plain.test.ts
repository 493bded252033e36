import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ErrorData } from '../../src/model/errors.ts';
import type { BuildEvent } from '../../src/model/event.ts';
import { PlainReporter, type PlainOptions } from '../../src/report/plain.ts';
import { anyEvents } from './any-events.ts';
import { after, CANCELLED, FAILURE, SUCCESS, task } from './scripted-runs.ts';

const HEAD = `\
[    0s] Building base of /srv/tree: 4 to build, 1 to download, 1 reused; 2 jobs
[    1s] ncurses: warning: ncurses.tar.xz: status 503; trying again in 1s
[    3s] openssl sources: downloaded in 2.9s, 15.3 MiB
[    3s] openssl: started, took 1m00s last time
[    4s] ncurses: downloaded in 4.0s, 3.3 MiB
`;

test('a run that succeeded is a line for each event that matters, and no logs', () => {
  expect(logOf(SUCCESS)).toBe(`${HEAD}\
[ 1m10s] still running: openssl (build, 1m07s)
[ 1m12s] openssl: built in 1m09s, 8.6 MiB
[ 1m12s] curl: started, took 30s last time
[ 1m12s] python: started
[ 1m40s] curl: built in 28s, 793 KiB
[ 5m00s] python: built in 3m48s, 38.1 MiB
[ 5m00s] image: started
[ 5m01s] image: built in 1.0s
Done: built 4, downloaded 1, reused 1.
Took 5m01s, of which 5m01s on: openssl sources → openssl → python → image
`);
});

test('a failure comes with the end of its log, at once, and what it stopped at the end', () => {
  expect(logOf(FAILURE)).toBe(`${HEAD}\
[ 1m10s] still running: openssl (build, 1m07s)
[ 1m12s] openssl: built in 1m09s, 8.6 MiB
[ 1m12s] curl: started, took 30s last time
[ 1m12s] python: started
[ 1m40s] curl: built in 28s, 793 KiB
[ 1m50s] python: failed in build after 38s: The build script ended with status 2.
           | error: no ld
           |
           | make: *** [all] Error 1
           log: /srv/tree/out/logs/python/python--1.log
           hint: Read the log: dcos-build log python. [BUILD_FAILED]
[ 1m50s] image: skipped, since python failed

✗ python: failed, see above
    skipped because of it: image

Failed: built 2, downloaded 1, reused 1; 1 failed, 1 skipped.
Took 1m50s, of which 1m50s on: openssl sources → openssl → python
Next: mend what failed and run the same command again; what was built is kept.
`);
});

const MISTAKE: ErrorData = {
  code: 'RECIPE_INVALID',
  message: 'No.',
  hint: 'Yes?',
  place: { file: 'a.json', line: 2, key: 'b' },
};
const FULL: ErrorData = { code: 'DISK_FULL', message: 'Full:\nno room.', hint: 'Make room.' };

test.each<[errors: readonly ErrorData[], lines: string]>([
  [[MISTAKE], 'No.\n  at a.json:2, key b\n  | last\n  log: /log\n  hint: Yes? [RECIPE_INVALID]'],
  [
    [MISTAKE, FULL],
    `No.\n  at a.json:2, key b\n  hint: Yes? [RECIPE_INVALID]
  Full:\n  no room.\n  hint: Make room. [DISK_FULL]\n  | last\n  log: /log`,
  ],
  [[], 'A bug.\n  | last\n  log: /log\n  hint: Report it.'],
])('a failure comes with place, hint and code of each of its errors', (errors, lines) => {
  const common = { type: 'task-failed', task: 'a--1', phase: undefined, durationMs: 1000 } as const;
  const log = { logPath: '/log', logTail: ['last'] };
  const failed = after(1, { ...common, ...log, message: 'A bug.', hint: 'Report it.', errors });
  const indented = lines.replaceAll('\n  ', `\n${' '.repeat(11)}`);
  expect(logOf([failed])).toBe(`[    0s] a--1: failed after 1.0s: ${indented}\n`);
});

test('a failure that scrolled out of sight is told again at the end', () => {
  const line = after(110.25, { type: 'output', task: 'curl--1', line: 'cc' });
  const withMore = (lines: number) => FAILURE.toSpliced(-1, 0, ...new Array<BuildEvent>(lines).fill(line));
  const told = (events: readonly BuildEvent[]) => logOf(events, 'verbose').split('| error: no ld\n').length - 1;
  // The line of what was skipped is told too.
  expect([told(withMore(23)), told(withMore(24))]).toEqual([1, 2]);
  expect(logOf(withMore(24), 'verbose')).toMatch(
    /\n\n✗ python: failed in build [^]* hint: Read [^]*\n {4}skipped because of it: image\n\nFailed: /,
  );
});

test('a failure that stopped nothing else is not named again', () => {
  const alone = FAILURE.filter(({ type }) => type !== 'task-skipped');
  expect(logOf(alone, 'quiet')).toMatch(
    /\n {11}hint: Read the log: dcos-build log python\. \[BUILD_FAILED\]\n\nFailed: /,
  );
});

test('without --keep-going, what the failure stopped is told apart from what needs it', () => {
  const log = logOf([
    after(0, {
      type: 'run-started',
      tree: '/t',
      variant: undefined,
      jobs: 1,
      tasks: [task('a'), task('b', ['a']), task('c')],
    }),
    after(0, { type: 'task-started', task: 'a--1' }),
    after(1, {
      type: 'task-failed',
      task: 'a--1',
      phase: undefined,
      message: 'No.',
      hint: '',
      durationMs: 1000,
      logPath: undefined,
      logTail: [],
      errors: [],
    }),
    after(1, { type: 'task-skipped', task: 'b--1', because: 'a--1' }),
    after(1, { type: 'task-skipped', task: 'c--1', because: 'a--1' }),
    after(1, { type: 'run-finished', outcome: 'failed', durationMs: 1000 }),
  ]);
  expect(log).toContain(`
✗ a: failed, see above
    skipped because of it: b
    not started, since the run stops at the first failure: 1 other (--keep-going goes on)

Failed: 1 failed, 2 skipped.
`);
});

test('a cancelled run says what was not run', () => {
  expect(logOf(CANCELLED)).toBe(`${HEAD}\
[   10s] curl: not run: the run was cancelled
[   10s] python: not run: the run was cancelled
[   10s] image: not run: the run was cancelled
Cancelled: downloaded 1, reused 1; 3 skipped, 1 not finished.
Took 11s, of which 4.0s on: ncurses
Next: run the same command again; it goes on where it stopped.
`);
});

test('quiet: nothing of a run that succeeded but its warnings', () => {
  expect(logOf(SUCCESS, 'quiet')).toBe('[    1s] ncurses: warning: ncurses.tar.xz: status 503; trying again in 1s\n');
  expect(logOf(FAILURE, 'quiet')).toMatch(/^\[ {4}1s\] ncurses: warning.*\n\[ 1m50s\] python: failed[^]*\nNext: mend/);
});

test('verbose: output too, each line with its component', () => {
  expect(logOf(SUCCESS, 'verbose')).toContain('\nopenssl | cc -c   x509.c\n');
});

test('a build that says nothing for minutes is named now and then', () => {
  const output = (seconds: number): BuildEvent => after(seconds, { type: 'output', task: 'openssl--1', line: 'cc' });
  const log = logOf([...SUCCESS.slice(0, 14), output(30), output(64.1), output(65), output(125)]);
  expect(log.replace(HEAD, '')).toBe(`\
[ 1m04s] still running: openssl (build, 1m01s)
[ 2m05s] still running: openssl (build, 2m02s)
`);
});

test('each event is written in one piece', () => {
  const pieces: string[] = [];
  using reporter = new PlainReporter({ detail: 'normal', write: (text) => void pieces.push(text) });
  for (const event of FAILURE) reporter.report(event);
  expect(pieces.find((piece) => piece.includes('failed'))).toMatch(
    /^\[ 1m50s\] python: failed[^]*dcos-build log python\. \[BUILD_FAILED\]\n$/,
  );
});

test('whatever is reported, the log has no control characters but line feeds', () => {
  fc.assert(
    fc.property(anyEvents, fc.constantFrom('quiet', 'normal', 'verbose' as const), (events, detail) => {
      const log = logOf(events, detail);
      expect(log.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
      expect(log).toMatch(/^(?:[^]*\n)?$/);
    }),
  );
});

function logOf(events: readonly BuildEvent[], detail: PlainOptions['detail'] = 'normal'): string {
  let log = '';
  using reporter = new PlainReporter({ detail, write: (text) => void (log += text) });
  for (const event of events) reporter.report(event);
  return log;
}
