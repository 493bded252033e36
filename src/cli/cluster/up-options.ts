/** Options of `cluster up`. */
import type { Argv } from 'yargs';
import { UserError } from '../../model/errors.ts';

export interface UpArguments {
  readonly local: boolean | undefined;
  readonly masters: number | undefined;
  readonly agents: number | undefined;
  readonly memory: number | undefined;
  readonly test: boolean | undefined;
  readonly keep: boolean | undefined;
  readonly timeout: number | undefined;
  readonly bootTimeout: number | undefined;
  readonly accelerator: 'auto' | 'kvm' | 'tcg' | undefined;
}

export const MEMORY_MIB = 2048;

export function upOptions<Before>(parser: Argv<Before>) {
  return parser
    .option('local', { type: 'boolean', describe: 'up: on this machine, in QEMU' })
    .option('masters', { type: 'number', describe: 'up: so many masters, in place of what the definition says' })
    .option('agents', { type: 'number', describe: 'up: at most so many agents of each pool' })
    .option('memory', { type: 'number', describe: `up: MiB of memory for each machine (default: ${MEMORY_MIB})` })
    .option('test', { type: 'boolean', describe: 'up: hold it against the rules, and end' })
    .option('keep', { type: 'boolean', describe: 'up --test: go on running after that' })
    .option('timeout', { type: 'number', describe: 'up: seconds until it is ended (default: when you end it)' })
    .option('boot-timeout', {
      type: 'number',
      describe: 'up: seconds for machines to come up (default: 300, without KVM 900 and more)',
    })
    .option('accelerator', {
      choices: ['auto', 'kvm', 'tcg'] as const,
      describe: 'up: how QEMU runs machines (default: auto)',
    });
}

const LEAST_MIB = 512;
const LONGEST_SECONDS = 604_800;
const MASTERS = [1, 3, 5];

/** @throws UserError USAGE */
export function checkUpArguments(args: UpArguments): void {
  const {
    local = false,
    masters,
    agents,
    memory = MEMORY_MIB,
    keep = false,
    test = false,
    timeout,
    bootTimeout,
  } = args;
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;
  const wrong = [
    ...(local ? [] : ['A cluster can be started on this machine alone: add --local. On Azure the template does it.']),
    ...(masters === undefined || MASTERS.includes(masters) ? [] : ['--masters takes 1, 3 or 5.']),
    ...(agents === undefined || isCount(agents) ? [] : ['--agents takes a number of machines, 0 among them.']),
    ...(isCount(memory) && memory >= LEAST_MIB ? [] : [`--memory takes a number of MiB, ${LEAST_MIB} or more.`]),
    ...(keep && !test ? ['--keep says what comes after the test, and --test is missing.'] : []),
    ...Object.entries({ '--timeout': timeout, '--boot-timeout': bootTimeout }).flatMap(([name, seconds]) => {
      if (seconds === undefined || (seconds > 0 && seconds <= LONGEST_SECONDS)) return [];
      return `${name} takes a number of seconds, up to ${LONGEST_SECONDS}.`;
    }),
  ];
  if (wrong.length === 0) return;
  throw new UserError('USAGE', wrong.join(' '), { hint: 'dcos-build cluster up --local -f cluster.json [--test]' });
}
