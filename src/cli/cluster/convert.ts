/** `cluster convert`: an API model of acs-engine to a cluster definition, with notes on what became of it. */
import { convertAcsEngine, type Conversion } from '../../cluster/convert/convert-acs-engine.ts';
import { parseCidr } from '../../model/cidr.ts';
import { UserError } from '../../model/errors.ts';
import type { JsonObject } from '../../model/json.ts';
import { print, write, type Context } from '../context.ts';
import { writeOutput } from '../write-output.ts';
import type { ClusterArguments } from './arguments.ts';
import { readClusterFile } from './cluster-file.ts';

/** @returns the exit status */
export async function convertModel(word: string, args: ClusterArguments, context: Context): Promise<number> {
  const { image, release, output } = args;
  if (image === undefined) {
    throw new UserError('USAGE', 'A definition needs an image, and models of acs-engine name none of ours.', {
      hint: 'Give --image: NAME, NAME@VERSION or the ARM id of a version in a gallery.',
    });
  }
  const subnets = subnetsOf(args.subnet);
  const { file, kind } = await readClusterFile(word, context);
  if (kind === 'definition' && Object.hasOwn(file.value, 'masters')) {
    throw new UserError('CLUSTER_INVALID', `${file.shown} is a cluster definition already.`, {
      hint: 'Name an API model of acs-engine, with "orchestratorProfile".',
      place: { file: file.shown },
    });
  }
  const options = { image: imageOf(image), subnets, ...(release === undefined ? {} : { release }) };
  const conversion = convertAcsEngine(file.shown, file.text, options);
  const text = `${JSON.stringify(conversion.definition, undefined, 2)}\n`;
  if (output !== undefined) await writeOutput(output, text, context);
  if (args.json) {
    print(context, true, { ...conversion, ...(output === undefined ? {} : { output }) }, '');
    return 0;
  }
  // The definition alone goes where it can be redirected.
  if (output === undefined) write(context, text);
  else write(context, `${file.shown} has become ${output}.\n`);
  context.stderr.write(describeNotes(conversion));
  return 0;
}

/** As a definition says it: defaults are left out. */
function imageOf(word: string): JsonObject {
  if (word.startsWith('/')) return { id: word };
  const [, definition = word, version] = /^(.+?)(?:@([^@/]+))?$/.exec(word) ?? [];
  return { definition, ...(version === undefined ? {} : { version }) };
}

function subnetsOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word): readonly [string, string] => {
      const [name = '', range = '', ...rest] = word.split('=');
      if (name !== '' && rest.length === 0 && parseCidr(range) !== undefined) return [name, range];
      throw new UserError('USAGE', `--subnet "${word}" is no subnet with its addresses.`, {
        hint: 'Give it as NAME=RANGE, such as agents=10.1.0.0/16.',
      });
    }),
  );
}

function describeNotes({ notes, warnings }: Conversion): string {
  const lines = notes.map(({ kind, path, message }) => `${kind.padEnd(8)} ${path.join('.')}: ${message}`);
  return [...lines, ...warnings.map((message) => `warning: ${message}`)].map((line) => `${line}\n`).join('');
}
