/* oxlint-disable no-control-regex -- escape sequences are what is looked for */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { painted } from '../../src/report/paint.ts';
import { Screen } from '../rig/screen.ts';
import { anyEvents } from './any-events.ts';
import { after, CANCELLED, FAILURE, START, SUCCESS, task } from './scripted-runs.ts';
import { View } from './view.ts';

const HEADLINE = 'Building base of /srv/tree: 4 to build, 1 to download, 1 reused; 2 jobs';
const RETRY = '! ncurses: ncurses.tar.xz: status 503; trying again in 1s';

test('shows each running task with phase, seconds and what it did last, and a bar for the whole', async () => {
  using view = new View();
  view.play(SUCCESS, 2.2);
  expect(await view.screen.text()).toBe(
    [
      HEADLINE,
      RETRY,
      '',
      '  openssl sources  fetch        1s  25% of 15.3 MiB  openssl-3.tar.gz',
      '  ncurses          download     1s',
      '  █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/5  2s  ~3m01s left',
    ].join('\n'),
  );
  view.play(SUCCESS, 80);
  expect(await view.screen.text()).toBe(
    [
      HEADLINE,
      RETRY,
      '✓ openssl sources: downloaded in 2.9s, 15.3 MiB',
      '✓ ncurses: downloaded in 4.0s, 3.3 MiB',
      '✓ openssl: built in 1m09s, 8.6 MiB',
      '',
      '  curl    build        7s',
      '  python  build        7s',
      '  ███████████░░░░░░░░░░░░░░░░░░░  2/5  1m19s  ~1m52s left',
    ].join('\n'),
  );
});

test('a run that succeeded leaves what was done and the summary, and nothing that moves', async () => {
  using view = new View();
  view.play(SUCCESS, 400);
  expect(await view.screen.text()).toBe(
    [
      HEADLINE,
      RETRY,
      '✓ openssl sources: downloaded in 2.9s, 15.3 MiB',
      '✓ ncurses: downloaded in 4.0s, 3.3 MiB',
      '✓ openssl: built in 1m09s, 8.6 MiB',
      '✓ curl: built in 28s, 793 KiB',
      '✓ python: built in 3m48s, 38.1 MiB',
      '✓ image: built in 1.0s',
      'Done: built 4, downloaded 1, reused 1.',
      'Took 5m01s, of which 5m01s on: openssl sources → openssl → python → image',
    ].join('\n'),
  );
  expect(await view.screen.cursor()).toEqual({ row: 10, column: 0 });
  expect(view.clock.pending).toBe(0);
});

test('a failure is shown at once, with the end of its log, and what it stopped in the summary', async () => {
  using view = new View();
  view.play(FAILURE.slice(0, -1), 110.2);
  const failure = [
    '✗ python: failed in build after 38s: The build script ended with status 2.',
    '    | error: no ld',
    '    |',
    '    | make: *** [all] Error 1',
    '    log: /srv/tree/out/logs/python/python--1.log',
    '    hint: Read the log: dcos-build log python. [BUILD_FAILED]',
  ];
  expect(await view.screen.text()).toContain(`✓ curl: built in 28s, 793 KiB\n${failure.join('\n')}\n\n`);
  view.play(FAILURE.slice(-1), 111);
  const summary = [
    '',
    '✗ python: failed, see above',
    '    skipped because of it: image',
    '',
    'Failed: built 2, downloaded 1, reused 1; 1 failed, 1 skipped.',
    'Took 1m50s, of which 1m50s on: openssl sources → openssl → python',
    'Next: mend what failed and run the same command again; what was built is kept.',
  ];
  expect(await view.screen.text()).toMatch(new RegExp(`${RegExp.escape([...failure, ...summary].join('\n'))}$`));
});

test('a failure that somebody else may have wiped off the screen is told again in the summary', async () => {
  using view = new View();
  view.play(FAILURE.slice(0, -1), 110.2);
  view.reporter.suspend()[Symbol.dispose]();
  view.play(FAILURE.slice(-1), 111);
  expect((await view.screen.text()).split('| error: no ld\n')).toHaveLength(3);
});

test('a cancelled run says what is left', async () => {
  using view = new View();
  view.play(CANCELLED, 12);
  expect((await view.screen.text()).split('\n').slice(-3)).toEqual([
    'Cancelled: downloaded 1, reused 1; 3 skipped, 1 not finished.',
    'Took 11s, of which 4.0s on: ncurses',
    'Next: run the same command again; it goes on where it stopped.',
  ]);
});

test('a run with nothing to do is two lines and no frame', async () => {
  using view = new View();
  const tasks = [task('a', [], { action: 'reuse' }), task('b', [], { action: 'reuse' })];
  view.play(
    [
      after(0, { type: 'run-started', tree: '/t', variant: undefined, jobs: 2, tasks }),
      after(0.1, { type: 'task-finished', task: 'a--1', outcome: 'reused', durationMs: 0, bytes: undefined }),
      after(0.2, { type: 'run-finished', outcome: 'succeeded', durationMs: 200 }),
    ],
    1,
  );
  expect(await view.screen.text()).toBe('Done: reused 2.\nTook 0.2s.');
});

test.each([
  [40, 24],
  [200, 50],
  [24, 6],
])('after a resize to %d columns and %d rows the old lines are gone', async (columns, rows) => {
  using view = new View();
  view.play(SUCCESS, 3.9);
  view.play([after(3.9, { type: 'output', task: 'openssl--1', line: 'cc '.repeat(100) })], 4.05);
  await view.screen.resize(columns, rows);
  view.play(SUCCESS.slice(10), 75);
  const text = await view.screen.visible();
  expect(text.match(/ 2\/5 {2}1m1\ds/g)).toHaveLength(1);
  expect(text.match(/cc cc/g)).toBeNull();
  expect(text.match(/✓ openssl:/g)).toHaveLength(1);
});

test('with more running tasks than rows, the rest is counted', async () => {
  using view = new View({ columns: 60, rows: 6 });
  const names = ['a', 'b', 'c', 'd', 'e'];
  view.play(
    [
      after(0, {
        type: 'run-started',
        tree: '/t',
        variant: undefined,
        jobs: 5,
        tasks: names.map((name) => task(name)),
      }),
      ...names.map((name) => after(0, { type: 'task-started', task: `${name}--1` })),
    ],
    2.2,
  );
  expect((await view.screen.text()).split('\n').slice(1)).toEqual([
    '',
    '  a               2s',
    '  b               2s',
    '  … and 3 more',
    '  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/5  2s',
  ]);
});

test('output that comes in thousands is drawn at most ten times a second', () => {
  using view = new View();
  view.play(SUCCESS.slice(0, 10), 10);
  let writes = 0;
  view.onWrite = () => (writes += 1);
  for (let line = 0; line < 10_000; line += 1) {
    view.play([after(10 + line / 5000, { type: 'output', task: 'openssl--1', line: `line ${line}` })]);
  }
  expect(writes).toBeGreaterThan(15);
  expect(writes).toBeLessThanOrEqual(21);
});

test('another program may have the terminal for a while', async () => {
  using view = new View();
  view.play(SUCCESS, 5);
  {
    using _ = view.reporter.suspend();
    view.screen.write('$ ls\n');
    view.play(SUCCESS.slice(12), 80);
    expect(await view.screen.text()).toMatch(/3\.3 MiB\n\$ ls$/);
  }
  expect(await view.screen.text()).toMatch(/\$ ls\n✓ openssl: built in 1m09s, 8\.6 MiB\n\n {2}curl/);
});

test('verbose output scrolls by with the name of its component', async () => {
  using view = new View({ isVerbose: true });
  view.play(SUCCESS, 4.05);
  expect(await view.screen.text()).toContain('\nopenssl | cc -c   x509.c\n\n');
});

test('disposed in the middle, as when the process must end, it takes the live lines away', async () => {
  using view = new View();
  view.play(SUCCESS, 80);
  view.reporter[Symbol.dispose]();
  view.reporter[Symbol.dispose]();
  view.play(SUCCESS.slice(-3), 400);
  expect(await view.screen.text()).toMatch(/8\.6 MiB$/);
  expect((await view.screen.cursor()).column).toBe(0);
  expect(view.clock.pending).toBe(0);
});

test('colours come only where they are wanted', () => {
  using plain = new View();
  using coloured = new View({ paint: painted });
  for (const view of [plain, coloured]) view.play(FAILURE, 200);
  expect(plain.screen.written).not.toMatch(/\u001b\[[\d;]*m/);
  expect(coloured.screen.written).toContain('\u001b[31m✗\u001b[39m');
});

test('whatever is reported, live lines fit the terminal and only the cursor is steered', async () => {
  const sizes = fc.record({ columns: fc.integer({ min: 1, max: 120 }), rows: fc.integer({ min: 1, max: 30 }) });
  await fc.assert(
    fc.asyncProperty(anyEvents, sizes, async (events, size) => {
      using view = new View({ ...size, paint: painted, isVerbose: true });
      for (const event of events) view.play([event], (event.at - START) / 1000 + 0.15);
      const frames = framesIn(view.screen.written);
      expect(Math.max(1, ...frames.map((frame) => frame.length))).toBeLessThanOrEqual(Math.max(1, size.rows - 1));
      // Here the lines may wrap: the terminal tells their width by its own reckoning, which knows nothing of ours.
      using ruler = new Screen(size.columns, 2);
      ruler.write([...new Set(frames.flat())].join('\n'));
      expect(await ruler.hasWrapped()).toBe(false);
      expect(view.screen.written.replaceAll(/\u001b\[(?:\d*m|K|J|\?7[lh]|\d+A)|[\r\n]/g, '')).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 50 },
  );
});

/** The live lines of every drawing, without what steers cursor and colour. */
function framesIn(written: string): readonly (readonly string[])[] {
  return [...written.matchAll(/\u001b\[\?7l(.*?)\u001b\[\?7h/gs)].map(([, body = '']) =>
    body.replaceAll(/\u001b\[[\d;]*[mJK]/g, '').split('\n'),
  );
}
