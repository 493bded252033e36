/** The firmware of generation 2, as Debian's ovmf has it. */
import { join } from 'node:path';
import { copyInto } from '../host/copy-into.ts';
import type { Firmware } from './qemu-arguments.ts';

const FOLDER = '/usr/share/OVMF';
/** The code that keeps variables from the guest, and the variables in which Microsoft's keys are enrolled. */
const SECURE = { code: 'OVMF_CODE_4M.secboot.fd', variables: 'OVMF_VARS_4M.ms.fd' } as const;
const OPEN = { code: 'OVMF_CODE_4M.fd', variables: 'OVMF_VARS_4M.fd' } as const;

/** Firmware with variables of its own in that folder. */
export async function firmwareIn(folder: string, isSecure: boolean): Promise<Firmware> {
  const names = isSecure ? SECURE : OPEN;
  const variables = join(folder, 'firmware', 'variables.fd');
  await copyInto(join(FOLDER, names.variables), variables, 0);
  return { code: join(FOLDER, names.code), variables, isSecure };
}
