/** Whether virtual machines run on the processor itself, or on a translation of its instructions. */
import { canUseKvm } from '../host/kvm.ts';
import { UserError } from '../model/errors.ts';

export type Accelerator = 'kvm' | 'tcg';

/**
 * Where KVM is there and QEMU fails with it, as it does below some other hypervisors, it goes on without.
 *
 * @throws UserError EXECUTOR_UNAVAILABLE, and whatever the work throws
 */
export async function withAccelerator<Result>(
  choice: Accelerator | 'auto',
  say: (text: string) => void,
  work: (accelerator: Accelerator) => Promise<Result>,
): Promise<Result> {
  if (choice !== 'auto') return await work(choice);
  if (!canUseKvm()) return await work('tcg');
  try {
    return await work('kvm');
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'EXECUTOR_UNAVAILABLE') throw error;
    say(`${error.message}; going on without KVM`);
    return await work('tcg');
  }
}
