import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BuildEvent } from '../../src/model/event.ts';
import { JsonLinesReporter } from '../../src/report/json-lines.ts';
import { anyEvents } from './any-events.ts';
import { CANCELLED, FAILURE, SUCCESS } from './scripted-runs.ts';

test('an event is a line, with type and time first', () => {
  expect(linesOf(SUCCESS)[6]).toBe(
    '{"type":"notice","at":1767225601000,"level":"warning","task":"ncurses--1","message":"ncurses.tar.xz: status 503; trying again in 1s"}',
  );
});

test('the last line tells which tasks set the length of the run', () => {
  expect(JSON.parse(linesOf(FAILURE).at(-1) ?? '')).toEqual({
    type: 'run-finished',
    at: 1_767_225_710_300,
    outcome: 'failed',
    durationMs: 110_300,
    criticalPath: [
      { label: 'openssl sources', durationMs: 2900 },
      { label: 'openssl', durationMs: 69_100 },
      { label: 'python', durationMs: 38_000 },
    ],
  });
});

test.each([SUCCESS, FAILURE, CANCELLED])('a line read again is the event that was reported', (...events) => {
  expect(readAgain(events)).toEqual(events);
});

test('whatever is reported, each line is one JSON object and reads back as the event', () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      expect(readAgain(events)).toEqual(events);
    }),
  );
});

/** What a program gets that knows only the types of events: all but what is added to the last one. */
function readAgain(events: readonly BuildEvent[]): readonly unknown[] {
  return linesOf(events).map((line): unknown =>
    JSON.parse(line, (key, value: unknown) => (key === 'criticalPath' ? undefined : value)),
  );
}

function linesOf(events: readonly BuildEvent[]): readonly string[] {
  let text = '';
  using reporter = new JsonLinesReporter((line) => void (text += line));
  for (const event of events) reporter.report(event);
  return text.split('\n').slice(0, -1);
}
