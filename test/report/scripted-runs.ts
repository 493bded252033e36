/** Runs as a build would report them, written down by hand. */
import type { BuildEvent, Task, Unstamped } from '../../src/model/event.ts';

/** When every scripted run starts, in milliseconds since the epoch. */
export const START = Date.UTC(2026, 0, 1);

/** One event, so many seconds after the start of the run. */
export function after(seconds: number, event: Unstamped): BuildEvent {
  return { ...event, at: START + Math.round(seconds * 1000) };
}

export function task(label: string, needs: readonly string[] = [], more: Partial<Task> = {}): Task {
  return {
    key: `${label}--1`,
    label,
    kind: 'package',
    action: 'build',
    needs: needs.map((need) => `${need}--1`),
    ...more,
  };
}

const OPENSSL_SOURCES = {
  key: 'openssl--1.sources',
  label: 'openssl sources',
  kind: 'source',
  action: 'download',
} as const;

const started = (name: string): Unstamped => ({ type: 'task-started', task: `${name}--1` });

/** The tree: curl and python need openssl, image needs both of them; ncurses is in a repository, zlib is there. */
const TASKS: readonly Task[] = [
  { ...OPENSSL_SOURCES, needs: [], estimateMs: 3000 },
  task('openssl', [], { needs: [OPENSSL_SOURCES.key], estimateMs: 60_000 }),
  task('ncurses', [], { action: 'download', estimateMs: 2000 }),
  task('zlib', [], { action: 'reuse' }),
  task('curl', ['openssl', 'zlib'], { estimateMs: 30_000 }),
  task('python', ['openssl', 'ncurses']),
  task('image', ['curl', 'python']),
];

const HEAD: readonly BuildEvent[] = [
  after(0, { type: 'run-started', tree: '/srv/tree', variant: 'base', jobs: 2, tasks: TASKS }),
  after(0.1, { type: 'task-started', task: OPENSSL_SOURCES.key }),
  after(0.1, { type: 'phase-started', task: OPENSSL_SOURCES.key, phase: 'fetch' }),
  after(0.1, started('ncurses')),
  after(0.1, { type: 'phase-started', task: 'ncurses--1', phase: 'download' }),
  after(0.5, { type: 'progress', task: OPENSSL_SOURCES.key, item: 'openssl-3.tar.gz', bytes: 4e6, totalBytes: 16e6 }),
  after(1, {
    type: 'notice',
    level: 'warning',
    task: 'ncurses--1',
    message: 'ncurses.tar.xz: status 503; trying again in 1s',
  }),
  after(3, { type: 'phase-finished', task: OPENSSL_SOURCES.key, phase: 'fetch', durationMs: 2900 }),
  after(3, { type: 'task-finished', task: OPENSSL_SOURCES.key, outcome: 'downloaded', durationMs: 2900, bytes: 16e6 }),
  after(3, started('openssl')),
  after(3, { type: 'phase-started', task: 'openssl--1', phase: 'build' }),
  after(4, { type: 'output', task: 'openssl--1', line: '\u001b[1mcc\u001b[0m -c\tx509.c' }),
  after(4.1, { type: 'phase-finished', task: 'ncurses--1', phase: 'download', durationMs: 4000 }),
  after(4.1, { type: 'task-finished', task: 'ncurses--1', outcome: 'downloaded', durationMs: 4000, bytes: 3_500_000 }),
];

const OPENSSL_DONE: readonly BuildEvent[] = [
  after(70, { type: 'phase-finished', task: 'openssl--1', phase: 'build', durationMs: 67_000 }),
  after(70, { type: 'phase-started', task: 'openssl--1', phase: 'pack' }),
  after(72.1, { type: 'phase-finished', task: 'openssl--1', phase: 'pack', durationMs: 2100 }),
  after(72.1, { type: 'task-finished', task: 'openssl--1', outcome: 'built', durationMs: 69_100, bytes: 9_000_000 }),
  after(72.2, started('curl')),
  after(72.2, { type: 'phase-started', task: 'curl--1', phase: 'build' }),
  after(72.2, started('python')),
  after(72.2, { type: 'phase-started', task: 'python--1', phase: 'build' }),
];

const CURL_DONE: readonly BuildEvent[] = [
  after(100, { type: 'phase-finished', task: 'curl--1', phase: 'build', durationMs: 27_800 }),
  after(100, { type: 'task-finished', task: 'curl--1', outcome: 'built', durationMs: 27_800, bytes: 812_000 }),
];

const PYTHON_ERROR = {
  message: 'The build script ended with status 2.',
  hint: 'Read the log: dcos-build log python.',
};

const PYTHON_FAILED = after(110.2, {
  type: 'task-failed',
  task: 'python--1',
  phase: 'build',
  ...PYTHON_ERROR,
  errors: [{ code: 'BUILD_FAILED', ...PYTHON_ERROR }],
  durationMs: 38_000,
  logPath: '/srv/tree/out/logs/python/python--1.log',
  logTail: ['\u001b[31merror\u001b[0m: no ld', '', 'make: *** [all] Error 1\r'],
});

export const SUCCESS: readonly BuildEvent[] = [
  ...HEAD,
  ...OPENSSL_DONE,
  ...CURL_DONE,
  after(300, { type: 'task-finished', task: 'python--1', outcome: 'built', durationMs: 227_800, bytes: 40_000_000 }),
  after(300, started('image')),
  after(301, { type: 'task-finished', task: 'image--1', outcome: 'built', durationMs: 1000, bytes: undefined }),
  after(301, { type: 'run-finished', outcome: 'succeeded', durationMs: 301_000 }),
];

export const FAILURE: readonly BuildEvent[] = [
  ...HEAD,
  ...OPENSSL_DONE,
  ...CURL_DONE,
  PYTHON_FAILED,
  after(110.2, { type: 'task-skipped', task: 'image--1', because: 'python--1' }),
  after(110.3, { type: 'run-finished', outcome: 'failed', durationMs: 110_300 }),
];

export const CANCELLED: readonly BuildEvent[] = [
  ...HEAD,
  after(10, { type: 'task-skipped', task: 'curl--1', because: undefined }),
  after(10, { type: 'task-skipped', task: 'python--1', because: undefined }),
  after(10, { type: 'task-skipped', task: 'image--1', because: undefined }),
  after(11, { type: 'run-finished', outcome: 'cancelled', durationMs: 11_000 }),
];
