/** What this machine needs before it runs others. */
import { cleanEnvironment } from '../host/environment.ts';
import { sweepLeftovers } from '../host/leftovers.ts';
import { missingParts } from '../host/requirements.ts';
import { UserError } from '../model/errors.ts';

/**
 * Looks whether the programs are there, and removes what killed runs have left.
 *
 * @param scratch where runs have their temporary folders
 * @throws UserError HOST_INCOMPLETE with all that is missing
 */
export async function prepareHost(scratch: string): Promise<void> {
  const missing = missingParts('boot', cleanEnvironment()['PATH'] ?? '').map(({ program }) => program);
  if (missing.length > 0) {
    throw new UserError('HOST_INCOMPLETE', `To boot an image, this machine lacks ${missing.join(', ')}.`, {
      hint: 'Run "dcos-build doctor --fix --for boot", which installs what is missing.',
    });
  }
  await sweepLeftovers(scratch);
}
