/** Whether virtual machines can run on this machine's processor. */
import { accessSync, constants, existsSync } from 'node:fs';

/** Modules that drive a processor's own virtualisation. Others have the same device, and hang with common kernels. */
const DRIVERS = ['/sys/module/kvm_intel', '/sys/module/kvm_amd'];

/** @returns false: QEMU has to translate the guest's instructions, which takes several times as long */
export function canUseKvm(): boolean {
  if (!DRIVERS.some((driver) => existsSync(driver))) return false;
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
