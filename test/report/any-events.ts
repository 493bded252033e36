/** Any events in any order, with any text in them: what a view must hold up against. */
import fc from 'fast-check';
import type { ErrorData } from '../../src/model/errors.ts';
import type { BuildEvent, Task, Unstamped } from '../../src/model/event.ts';
import { START } from './scripted-runs.ts';

const keys = fc.constantFrom('a--1', 'b--1', 'c--1', 'd--1');
const phases = fc.constantFrom('fetch', 'unpack', 'activate', 'build', 'pack', 'download' as const);
const durations = fc.nat(10_000_000);

/** Text that is rich in what could harm: escape sequences, control characters, wide and joining ones, long lines. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '\u001b[2J',
        '\u001b]0;t\u0007',
        '\u001bP1q\u001b\\',
        '\u009b31m',
        '\r',
        '\n',
        '\t',
        '\b',
        '\u202e',
      ),
      fc.constantFrom('日本語', '👨‍👩‍👧', 'e\u0301', '❤\ufe0f', '🇪🇺', '\ud800', '\u2028', 'word ', 'x'.repeat(200)),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

const tasks: fc.Arbitrary<Task> = fc.record(
  {
    key: keys,
    label: anyText,
    kind: fc.constantFrom('builder', 'package', 'bootstrap' as const),
    action: fc.constantFrom('build', 'download', 'reuse' as const),
    needs: fc.array(keys, { maxLength: 3 }),
    estimateMs: durations,
  },
  { requiredKeys: ['key', 'label', 'kind', 'action', 'needs'] },
);

const errors: fc.Arbitrary<ErrorData> = fc.record(
  {
    code: fc.constantFrom('BUILD_FAILED', 'RECIPE_INVALID' as const),
    message: anyText,
    hint: anyText,
    place: fc.record({ file: anyText, line: fc.nat(), column: fc.nat(), key: anyText }, { requiredKeys: ['file'] }),
  },
  { requiredKeys: ['code', 'message', 'hint'] },
);

const unstamped: fc.Arbitrary<Unstamped> = fc.oneof(
  fc.record({
    type: fc.constant('run-started' as const),
    tree: anyText,
    variant: fc.option(anyText, { nil: undefined }),
    jobs: fc.integer({ min: 1, max: 8 }),
    tasks: fc.array(tasks, { maxLength: 6 }),
  }),
  fc.record({ type: fc.constant('task-started' as const), task: keys }),
  fc.record({ type: fc.constant('phase-started' as const), task: keys, phase: phases }),
  fc.record({ type: fc.constant('phase-finished' as const), task: keys, phase: phases, durationMs: durations }),
  fc.record({
    type: fc.constant('progress' as const),
    task: keys,
    item: anyText,
    bytes: fc.nat(),
    totalBytes: fc.option(fc.nat(), { nil: undefined }),
  }),
  fc.record({ type: fc.constant('output' as const), task: keys, line: anyText }),
  fc.record({
    type: fc.constant('task-finished' as const),
    task: keys,
    outcome: fc.constantFrom('built', 'downloaded', 'reused' as const),
    durationMs: durations,
    bytes: fc.option(fc.nat(), { nil: undefined }),
  }),
  fc.record({
    type: fc.constant('task-failed' as const),
    task: keys,
    phase: fc.option(phases, { nil: undefined }),
    message: anyText,
    hint: anyText,
    durationMs: durations,
    logPath: fc.option(anyText, { nil: undefined }),
    logTail: fc.array(anyText, { maxLength: 4 }),
    errors: fc.array(errors, { maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('task-skipped' as const),
    task: keys,
    because: fc.option(keys, { nil: undefined }),
  }),
  fc.record(
    {
      type: fc.constant('notice' as const),
      level: fc.constantFrom('info', 'warning' as const),
      message: anyText,
      task: keys,
    },
    { requiredKeys: ['type', 'level', 'message'] },
  ),
  fc.record({
    type: fc.constant('run-finished' as const),
    outcome: fc.constantFrom('succeeded', 'failed', 'cancelled' as const),
    durationMs: durations,
  }),
);

/** Events whose clock mostly goes on and now and then is set back. */
export const anyEvents: fc.Arbitrary<readonly BuildEvent[]> = fc
  .array(fc.tuple(unstamped, fc.integer({ min: -1000, max: 100_000 })), { maxLength: 60 })
  .map((steps) => {
    let at = START;
    return steps.map(([event, pause]) => ({ ...event, at: (at += pause) }));
  });
