import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { Rig } from '../rig/rig.ts';
import { serveFiles } from '../rig/sources.ts';

/** `low`, `middle` that requires it and takes its time, `aside` that requires nothing. */
function tree({ middleTakes = 0.3 } = {}): Rig {
  const rig = Rig.withBuilder();
  rig.component('low', { script: 'touch $PKG_PATH/low' });
  const script = `sleep ${middleTakes}; touch $PKG_PATH/middle`;
  rig.component('middle', { buildinfo: { requires: ['low'] }, script });
  rig.component('aside', { script: 'touch $PKG_PATH/aside' });
  return rig;
}

interface Slice {
  readonly ph: string;
  readonly name: string;
  readonly cat: string;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
}

test('--trace writes a Chrome trace with the phases of each component, also when there is nothing to do', async () => {
  using rig = tree();
  const text = Buffer.from('text');
  await using server = await serveFiles({ '/text': text });
  const source = { kind: 'url', url: `${server.url}/text`, sha256: sha256(text) };
  rig.component('sourced', { buildinfo: { single_source: source, requires: ['low'] }, script: 'touch $PKG_PATH/it' });
  expect((await rig.run('build', '--trace', 'traces/one.json')).status).toBe(0);
  const { traceEvents }: { traceEvents: Slice[] } = JSON.parse(readFileSync(rig.path('traces/one.json'), 'utf8'));
  const slices = traceEvents.filter(({ ph }) => ph === 'X');
  const phasesOf = (label: string): readonly string[] =>
    slices.filter(({ name }) => name.startsWith(`${label}: `)).map(({ cat }) => cat);
  expect(phasesOf('sourced sources')).toEqual(['fetch']);
  expect(phasesOf('sourced')).toEqual(['unpack', 'activate', 'build', 'pack']);
  expect(phasesOf('low')).toEqual(['activate', 'build', 'pack']);
  expect(phasesOf('bootstrap')).toEqual(['unpack', 'pack']);
  // Nothing overlaps in a lane.
  for (const lane of Map.groupBy(slices, ({ tid }) => tid).values()) {
    const overlaps = lane.filter(({ ts }, index) => {
      const before = lane[index - 1];
      return before !== undefined && ts < before.ts + before.dur;
    });
    expect(overlaps).toEqual([]);
  }
  await rig.run('build', '--trace', 'traces/two.json');
  const empty: { traceEvents: Slice[] } = JSON.parse(readFileSync(rig.path('traces/two.json'), 'utf8'));
  expect(empty.traceEvents.filter(({ ph }) => ph === 'X')).toEqual([]);
});

test('a trace that cannot be written is refused before anything is built', async () => {
  using rig = tree();
  rig.write('file', '');
  const { status, stderr } = await rig.run('build', '--trace', 'file/trace.json');
  expect(status).toBe(2);
  expect(stderr).toContain('The trace cannot be written: ');
  expect(stderr).not.toContain('Building');
});

test('in a pipe there is a line for each event, then what came of it and the critical path', async () => {
  // Longer than a busy machine takes for the one beside it.
  using rig = tree({ middleTakes: 2 });
  const { status, stdout, stderr } = await rig.run('build', '--jobs', '2');
  expect(status).toBe(0);
  const lines = stderr.trimEnd().split('\n');
  const steps = lines.slice(0, -2);
  for (const line of steps) expect(line).toMatch(/^\[ *[\d.hms]+\] /);
  for (const name of ['low', 'middle', 'aside', 'bootstrap']) {
    expect(steps.filter((line) => line.includes(`] ${name}: started`))).toHaveLength(1);
    expect(steps.filter((line) => line.includes(`] ${name}: built in`))).toHaveLength(1);
  }
  expect(lines.at(-2)).toBe('Done: built 4.');
  expect(lines.at(-1)).toMatch(/^Took .*, of which .* on: low → middle → bootstrap$/);
  expect(stdout).toContain('3 packages and a bootstrap are in out/repository:');
  expect(stdout).toContain('Next: serve that folder over HTTP');
});

test('a system clock that is set back during a build takes nothing out of the critical path', async () => {
  using rig = tree({ middleTakes: 2 });
  rig.write('set-back.mjs', 'const { now } = Date;\nlet back = 0;\nDate.now = () => now() - (back += 1000);\n');
  const env = { NODE_OPTIONS: `--import=${rig.path('set-back.mjs')}` };
  const { status, stderr } = await rig.start(['build', '--jobs', '2'], env).end;
  expect(status).toBe(0);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^Took .*, of which .* on: low → middle → bootstrap$/);
});

test('what a build prints reaches the log as it is, and a pipe without its control characters', async () => {
  using rig = Rig.withBuilder();
  rig.component('noisy', { script: String.raw`printf '\033[31mred\033[0m \007bell\rover\n'; exit 1` });
  const { stderr } = await rig.run('build', '--verbose');
  // oxlint-disable-next-line no-control-regex
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(stderr).toContain('noisy | red bell');
  const log = /log: (\S+)/.exec(stderr)?.[1] ?? '';
  expect(readFileSync(log, 'utf8')).toBe('\u001b[31mred\u001b[0m \u0007bell\rover\n');
});

test('the output of builds that succeed is shown under --verbose alone, and --quiet tells nothing of success', async () => {
  using rig = Rig.withBuilder();
  rig.component('talker', { script: 'echo so many words; touch $PKG_PATH/x' });
  expect((await rig.run('build')).stderr).not.toContain('so many words');
  expect((await rig.run('build', '--force', '--verbose')).stderr).toContain('talker | so many words');
  expect(await rig.run('build', '--force', '--quiet')).toMatchObject({ status: 0, stderr: '' });
  rig.component('talker', { script: 'echo last words; exit 4' });
  const failed = await rig.run('build', '--quiet');
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain('| last words');
});

test('a failure is told once, with its log and what was skipped because of it', async () => {
  using rig = tree();
  rig.component('low', { script: 'for i in {1..30}; do echo line $i; done; exit 9' });
  const { status, stderr } = await rig.run('build', '--keep-going');
  expect(status).toBe(1);
  expect(stderr.match(/low: failed in build after .*: The build of low failed with exit status 9\./g)).toHaveLength(1);
  expect(stderr.match(/\| line 11\n/g)).toHaveLength(1);
  expect(stderr).not.toContain('| line 10\n');
  expect(stderr).toMatch(/skipped because of it: middle, bootstrap/);
  expect(stderr).toContain('Failed: built 1; 1 failed, 2 skipped.');
});

test('under --json standard output is events alone, one JSON object a line, failures and all', async () => {
  using rig = tree();
  rig.component('broken', { script: 'echo oh no; exit 3' });
  const { status, stdout, stderr } = await rig.run('build', '--json', '--keep-going');
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.every(({ type, at }) => typeof type === 'string' && typeof at === 'number')).toBe(true);
  expect(events.find(({ type }) => type === 'task-failed')).toMatchObject({
    message: 'The build of broken failed with exit status 3.',
    hint: expect.any(String),
    logTail: ['oh no'],
    logPath: expect.stringContaining('/out/logs/broken/'),
  });
  expect(events.at(-1)).toMatchObject({ type: 'run-finished', outcome: 'failed' });
  await rig.run('build', '--json', 'low');
  const upToDate = await rig.run('build', '--json', 'low');
  expect(JSON.parse(upToDate.stdout)).toMatchObject({ type: 'up-to-date', components: 1, bootstraps: [] });
});
