/** `image test --boot`: which boots are asked for, and where what they leave behind goes. */
import { basename, dirname, join, parse, resolve } from 'node:path';
import { isRoleName } from '../boot/guest.ts';
import type { BootReport } from '../boot/boot-image.ts';
import type { Generation } from '../image/vhd-rules.ts';
import { UserError } from '../model/errors.ts';
import type { Context } from './context.ts';
import type { BootArguments } from './image-boot-options.ts';

export interface BootableImage {
  /** As it was typed. */
  readonly file: string;
  readonly virtualBytes: number;
  /** What its table allows. */
  readonly generations: readonly Generation[];
}

/** As `--generation` takes them: Azure's own names too. */
const GENERATIONS: ReadonlyMap<string | undefined, readonly Generation[]> = new Map([
  ['1', ['V1']],
  ['2', ['V2']],
  ['V1', ['V1']],
  ['V2', ['V2']],
  ['both', ['V1', 'V2']],
]);

/** @throws UserError USAGE for options that contradict each other */
export function checkBootArguments(args: BootArguments): void {
  const { boot, generation, role, bootTimeout, console } = args;
  const given = { '--generation': generation, '--role': role, '--boot-timeout': bootTimeout, '--console': console };
  const [name] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (!boot && name !== undefined) {
    throw new UserError('USAGE', `${name} says how to boot, and --boot is missing.`, { hint: 'Add --boot.' });
  }
  if (role !== undefined && !isRoleName(role)) {
    throw new UserError('USAGE', `"${role}" is no name of a role.`, {
      hint: 'Roles are called master, slave or slave_public: small letters, digits and "_".',
    });
  }
  if (bootTimeout !== undefined && !(bootTimeout > 0 && bootTimeout <= LONGEST_SECONDS)) {
    throw new UserError('USAGE', '--boot-timeout takes a number of seconds.', {
      hint: `Give one between 1 and ${LONGEST_SECONDS}.`,
    });
  }
}

const LONGEST_SECONDS = 86_400;

/**
 * Boots the image one generation after the other.
 *
 * @throws UserError HOST_INCOMPLETE, FOLDER_UNUSABLE; a boot that fails is in its report
 */
export async function bootAll(
  args: BootArguments,
  image: BootableImage,
  context: Context,
): Promise<readonly BootReport[]> {
  const { bootImage } = await import('../boot/boot-image.ts');
  const generations = GENERATIONS.get(args.generation) ?? image.generations;
  const reports: BootReport[] = [];
  for (const generation of generations) {
    const { role, secureBoot, accelerator, bootTimeout } = args;
    const report = await bootImage(resolve(context.cwd, image.file), {
      ...{ generation, role, secureBoot, accelerator, imageBytes: image.virtualBytes, signal: context.signal },
      timeoutMs: bootTimeout === undefined ? undefined : bootTimeout * 1000,
      consolePath: consolePath(args.console, image.file, { generation, isOnly: generations.length === 1, context }),
      scratch: resolve(context.cwd, context.env['TMPDIR'] ?? '/tmp'),
      say: (text) => context.stderr.write(`${text}\n`),
    });
    reports.push(report);
  }
  return reports;
}

interface ConsoleOptions {
  readonly generation: Generation;
  readonly isOnly: boolean;
  readonly context: Context;
}

/** `node.console-v2.log` beside `node.vhd`, or the file that was named, with `-v2` in it if it stands for several. */
function consolePath(named: string | undefined, file: string, { generation, isOnly, context }: ConsoleOptions): string {
  const mark = `-${generation.toLowerCase()}`;
  if (named === undefined) {
    return resolve(context.cwd, dirname(file), `${basename(file, '.vhd')}.console${mark}.log`);
  }
  const { dir, name, ext } = parse(named);
  return resolve(context.cwd, isOnly ? named : join(dir, `${name}${mark}${ext}`));
}
