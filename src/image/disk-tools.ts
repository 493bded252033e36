/** The programs that write disks: run with nothing of this machine's settings, and not believed when they complain. */
import { cleanEnvironment } from '../host/environment.ts';
import { diskFull } from '../host/disk-space.ts';
import { run, type CommandResult } from '../host/process.ts';
import { UserError } from '../model/errors.ts';

export interface ToolOptions {
  /** The clock of what is written, in seconds since 1970. */
  readonly epochSeconds: number;
  readonly signal: AbortSignal;
  readonly input?: string;
  /** What it may say without anything being wrong. */
  readonly expected?: RegExp;
  /** The file that is written, for the message when the file system below it is full. */
  readonly disk: string;
}

/** Lines that say who speaks. */
const BANNER = /^(?:debugfs|mke2fs|e2fsck|mkfs\.fat) \d[^\n]*\n/;

const NEVER = /(?!)/;

/** Exit status of a program that a signal ended, without the number of the signal. */
const KILLED = 128;

/**
 * @returns what it printed
 * @throws UserError DISK_FULL, HOST_INCOMPLETE if there is no such program, BUILD_FAILED if it was killed; Error with the first of its complaints
 */
export async function runDiskTool(program: string, args: readonly string[], options: ToolOptions): Promise<string> {
  const { epochSeconds, signal, input, expected = NEVER, disk } = options;
  const env = {
    ...withSystemPrograms(cleanEnvironment()),
    TZ: 'UTC',
    SOURCE_DATE_EPOCH: `${epochSeconds}`,
    E2FSPROGS_FAKE_TIME: `${epochSeconds}`,
    MKE2FS_CONFIG: '/dev/null',
    MTOOLSRC: '/dev/null',
  };
  const { status, stdout, stderr } = await runIfThere(program, args, {
    env,
    signal,
    ...(input === undefined ? {} : { input }),
  });
  const complaint = stderr.replace(BANNER, '').replace(expected, '').trim();
  if (status === 0 && complaint === '') return stdout;
  if (/No space left on device|Disk quota exceeded/.test(complaint)) throw diskFull(disk);
  if (status > KILLED) {
    throw new UserError('BUILD_FAILED', `${program}, which writes ${disk}, was ended by signal ${status - KILLED}.`, {
      hint: 'Look whether the machine ran out of memory ("dmesg"), and run the same command again.',
    });
  }
  throw new Error(`${program} ended with ${status} at ${disk}: ${complaint.split('\n').slice(0, 5).join('\n')}`);
}

async function runIfThere(...[program, ...rest]: Parameters<typeof run>): Promise<CommandResult> {
  try {
    return await run(program, ...rest);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'HOST_INCOMPLETE') throw error;
    throw new UserError('HOST_INCOMPLETE', `This machine has no program "${program}", which writes disk images.`, {
      hint: 'Run "dcos-build doctor --fix --for image", which installs what is missing.',
      cause: error,
    });
  }
}

/** Debian has most of them where a plain user's shell does not look. */
function withSystemPrograms({ PATH = '', ...rest }: Record<string, string>): Record<string, string> {
  return { ...rest, PATH: `${PATH}:/usr/sbin:/sbin` };
}
