/** What was thrown, for tests of messages. */
import { UserError, UserErrors } from '../../src/model/errors.ts';

/** The one error of a person's making that the work ends in. */
export function failureOf(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    const [only] = error instanceof UserErrors ? error.errors : [error];
    if (only instanceof UserError) return only;
    throw error;
  }
  throw new Error('nothing was thrown');
}
