import { expect, test } from 'vitest';
import { makeReporter, viewKind, type Surroundings, type ViewKind } from '../../src/report/index.ts';
import { ManualClock } from '../rig/manual-clock.ts';
import { Screen } from '../rig/screen.ts';
import { FAILURE, START, SUCCESS } from './scripted-runs.ts';

test.each([
  [{ json: true, quiet: true, isTerminal: true }, 'json'],
  [{ json: false, quiet: true, isTerminal: true }, 'quiet'],
  [{ json: false, quiet: false, isTerminal: true }, 'terminal'],
  [{ json: false, quiet: false, isTerminal: false }, 'plain'],
])('%o is viewed as %s', (flags, kind) => {
  expect(viewKind(flags)).toBe(kind);
});

test.each([
  ['json', /^\{"type":"run-started"[^]*\}\n$/, /^$/],
  ['plain', /^$/, /^\[ {4}0s\] Building[^]*Next:[^\n]*\n$/],
  ['quiet', /^$/, /^\[ {4}1s\] ncurses: warning[^]*Next:[^\n]*\n$/],
  ['warnings', /^$/, /^\[ {4}1s\] ncurses: warning[^\n]*\n$/],
  // oxlint-disable-next-line no-control-regex
  ['terminal', /^$/, /^\r\u001b\[J[^]*Next:[^\n]*\n\r\u001b\[J$/],
] as const)('%s goes to the right stream', async (kind, stdout, stderr) => {
  const written = await play(kind);
  expect(written.stdout).toMatch(stdout);
  expect(written.stderr).toMatch(stderr);
});

test('a trace is taken beside the view', async () => {
  const traces: string[] = [];
  const { stderr } = await play('plain', { writeTrace: (json) => void traces.push(json) });
  expect(stderr).toContain('Building base');
  expect(traces).toHaveLength(1);
});

test('a log in a pipe has no colours even where they are forced', async () => {
  const { stderr } = await play('plain', { hasColour: true });
  expect(stderr).not.toContain('\u001b');
});

test('a terminal that does not say how large it is is taken for one of 80 columns', async () => {
  using screen = new Screen(80, 24);
  const clock = new ManualClock(START);
  const { write } = screen;
  using view = await makeReporter('terminal', { ...surroundings(clock), stderr: { columns: 0, rows: 0, write } });
  for (const event of SUCCESS.slice(0, 11)) {
    clock.moveTo(event.at);
    view.report(event);
  }
  expect(await screen.text()).toMatch(/ncurses {10}download/);
  using _ = view.suspend();
  expect(await screen.text()).not.toMatch(/ncurses {10}download/);
});

function surroundings(clock: ManualClock): Surroundings {
  const write = (): void => {};
  const { now, setTimer } = clock;
  return { stdout: { write }, stderr: { write }, hasColour: false, isVerbose: false, now, setTimer };
}

async function play(kind: ViewKind, more: Partial<Surroundings> = {}): Promise<{ stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const clock = new ManualClock(START);
  using view = await makeReporter(kind, {
    ...surroundings(clock),
    stdout: { write: (text) => void (written.stdout += text) },
    stderr: { columns: 80, rows: 24, write: (text) => void (written.stderr += text) },
    ...more,
  });
  for (const event of FAILURE) {
    clock.moveTo(event.at);
    view.report(event);
  }
  return written;
}
