/** Options of those actions of `image` that make images, and look at those that were made. */
import type { Argv } from 'yargs';
import type { CommonArguments } from '../context.ts';
import { TRUST_OPTION } from '../trust.ts';
import type { ViewArguments } from '../view.ts';

export interface BakeArguments extends CommonArguments, ViewArguments {
  readonly file: string | undefined;
  readonly to: string | undefined;
  readonly variant: string | undefined;
  readonly release: string | undefined;
  readonly from: string | undefined;
  readonly trust: string | undefined;
  readonly version: string | undefined;
  readonly hook: readonly string[];
  readonly dryRun: boolean;
  readonly offline: boolean;
  readonly mirror: readonly string[];
}

export function bakeOptions<Before>(parser: Argv<Before>) {
  return (
    parser
      .option('variant', { type: 'string', describe: 'bake: which tree of DC/OS (default: as the definition says)' })
      .option('release', { type: 'string', describe: 'bake: a release or a channel, in place of what was built here' })
      .option('from', { type: 'string', describe: 'bake --release: the store that has it' })
      .option('trust', TRUST_OPTION)
      // That of the program is in the way; "dcos-build --version" prints it all the same.
      .version(false)
      .option('version', { type: 'string', describe: 'bake: of the image, three numbers (default: that of DC/OS)' })
      .option('hook', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'bake: run this script as root of the image, without network; may be repeated',
      })
      .option('offline', { type: 'boolean', default: false, describe: 'bake: use only what is here' })
      .option('mirror', {
        type: 'string',
        array: true,
        default: new Array<string>(),
        describe: 'bake: look for packages by hash in this directory or URL first; may be repeated',
      })
      .option('verbose', { alias: 'v', type: 'boolean', default: false, describe: 'bake: show what the stages say' })
      .option('trace', { type: 'string', describe: 'bake: write a trace of the run to this file' })
  );
}

/** Options that take several values. */
export const BAKE_REPEATABLE = ['hook', 'mirror'];
