/** What a task tells of its failure. */
import { expect, test } from 'vitest';
import { TaskRun } from '../../src/build/task-run.ts';
import { UserError, UserErrors } from '../../src/model/errors.ts';
import type { Unstamped } from '../../src/model/event.ts';

const PLACE = { file: 'pipelines/images/node.json', line: 3, column: 5, key: 'roles.0' };
const ROLE = new UserError('IMAGE_INVALID', 'There is no such role.', { hint: 'Name another.', place: PLACE });
const DISK = new UserError('DISK_FULL', 'The disk is full.', { hint: 'Make room.' });

const ROLE_DATA = { code: 'IMAGE_INVALID', message: 'There is no such role.', hint: 'Name another.', place: PLACE };

test('a failure is told with its code and its place', () => {
  expect(failureOf(ROLE)).toMatchObject({
    ...{ type: 'task-failed', message: 'There is no such role.', hint: 'Name another.' },
    errors: [ROLE_DATA],
  });
});

test('of failures that come together, each is told with its own code, place and hint', () => {
  expect(failureOf(new UserErrors([ROLE, DISK]))).toMatchObject({
    message: 'There is no such role.\nThe disk is full.',
    hint: 'Name another.\nMake room.',
    errors: [ROLE_DATA, { code: 'DISK_FULL', message: 'The disk is full.', hint: 'Make room.' }],
  });
});

test('a bug has neither code nor place', () => {
  expect(failureOf(new TypeError('x is not a function'))).toMatchObject({
    ...{ message: 'x is not a function', hint: 'This looks like a bug in dcos-build; please report it.' },
    errors: [],
  });
});

function failureOf(error: unknown): Unstamped | undefined {
  const events: Unstamped[] = [];
  new TaskRun('image:disk', (event) => void events.push(event)).fail(error);
  return events.at(-1);
}
