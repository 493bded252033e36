/** Options of `image test --boot`; `--generation` is also that of `image upload --managed-disk`. */
import type { Argv } from 'yargs';

export interface BootArguments {
  readonly boot: boolean;
  readonly generation: string | undefined;
  readonly role: string | undefined;
  readonly bootTimeout: number | undefined;
  readonly console: string | undefined;
  readonly secureBoot: boolean;
  readonly accelerator: 'auto' | 'kvm' | 'tcg';
}

export function bootOptions<Before>(parser: Argv<Before>) {
  return parser
    .option('boot', { type: 'boolean', default: false, describe: 'test: also boot it in QEMU, twice' })
    .option('role', { type: 'string', describe: 'test --boot: role of DC/OS that it is given, such as slave' })
    .option('boot-timeout', {
      type: 'number',
      describe: 'test --boot: seconds for each boot (default: 300, 900 without KVM)',
    })
    .option('console', { type: 'string', describe: 'test --boot: where the log of its serial console goes' })
    .option('secure-boot', { type: 'boolean', default: true, describe: 'test --boot: Secure Boot for generation 2' })
    .option('accelerator', {
      choices: ['auto', 'kvm', 'tcg'] as const,
      default: 'auto' as const,
      describe: 'test --boot: how QEMU runs it',
    });
}
