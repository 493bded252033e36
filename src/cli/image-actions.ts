/** What the actions of `image` do between their options and the workflow. */
import { resolve } from 'node:path';
import { inspectVhd } from '../image/inspect-vhd.ts';
import { hasError } from '../image/rules.ts';
import { UserError } from '../model/errors.ts';
import { print, type Context } from './context.ts';
import { describeVhd } from './image-text.ts';
import type { TestArguments } from './image-test.ts';
import type { UploadArguments } from './image-upload.ts';

type InspectArguments = Pick<UploadArguments, 'file' | 'json' | 'to'>;

/** @returns the exit status */
export async function inspect({ file, json, to }: InspectArguments, context: Context): Promise<number> {
  if (to !== undefined) throw tooMuch('inspect', to);
  const inspection = await inspectVhd(resolve(context.cwd, file), { shown: file, signal: context.signal });
  print(context, json, { file, ...inspection }, describeVhd(inspection));
  return hasError(inspection.findings) ? 1 : 0;
}

/** @returns the exit status */
export async function test(args: TestArguments & Pick<UploadArguments, 'to'>, context: Context): Promise<number> {
  if (args.to !== undefined) throw tooMuch('test', args.to);
  const { testImage } = await import('./image-test.ts');
  return await testImage(args, context);
}

/** @returns the exit status */
export async function upload(args: UploadArguments, context: Context): Promise<number> {
  const { uploadImage } = await import('./image-upload.ts');
  return await uploadImage(args, context);
}

function tooMuch(action: string, word: string): UserError {
  return new UserError('USAGE', `"image ${action}" takes one file, and "${word}" is one word too many.`, {
    hint: 'Put a name with blanks in quotes.',
  });
}
