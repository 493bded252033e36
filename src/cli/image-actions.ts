/** What the actions of `image` do between their options and the workflow. */
import { resolve } from 'node:path';
import { inspectVhd } from '../image/inspect-vhd.ts';
import { hasError } from '../image/rules.ts';
import { UserError } from '../model/errors.ts';
import type { BakeArguments } from './bake/options.ts';
import { print, type Context } from './context.ts';
import { describeVhd } from './image-text.ts';
import type { TestArguments } from './image-test.ts';
import type { GalleryArguments } from './gallery/options.ts';

/** @returns the exit status */
export async function inspect(args: GalleryArguments, context: Context): Promise<number> {
  const { json, to } = args;
  if (args.file === undefined) throw noFile();
  if (to !== undefined) throw tooMuch('inspect', to);
  const { namedVhd } = await import('./named-vhd.ts');
  const file = await namedVhd(args.file, args, context);
  const inspection = await inspectVhd(resolve(context.cwd, file), { shown: file, signal: context.signal });
  print(context, json, { file, ...inspection }, describeVhd(inspection));
  return hasError(inspection.findings) ? 1 : 0;
}

/** @returns the exit status */
export async function lock(args: BakeArguments, context: Context): Promise<number> {
  return await (await import('./bake/actions.ts')).lock(args, context);
}

/** @returns the exit status */
export async function bake(args: BakeArguments, context: Context): Promise<number> {
  return await (await import('./bake/actions.ts')).bake(args, context);
}

/** @returns the exit status */
export async function ls(args: BakeArguments, context: Context): Promise<number> {
  return await (await import('./bake/actions.ts')).ls(args, context);
}

/** @returns the exit status */
export async function diff(args: BakeArguments, context: Context): Promise<number> {
  return await (await import('./bake/actions.ts')).diff(args, context);
}

/** @returns the exit status */
export async function test(
  args: Omit<TestArguments, 'file'> & Pick<GalleryArguments, 'file' | 'to'>,
  context: Context,
): Promise<number> {
  const { file } = args;
  if (file === undefined) throw noFile();
  if (args.to !== undefined) throw tooMuch('test', args.to);
  const { namedVhd } = await import('./named-vhd.ts');
  const { testImage } = await import('./image-test.ts');
  return await testImage({ ...args, file: await namedVhd(file, args, context) }, context);
}

/** @returns the exit status */
export async function upload(args: GalleryArguments, context: Context): Promise<number> {
  if (args.managedDisk !== undefined) return await (await import('./gallery/disk.ts')).uploadDisk(args, context);
  return await (await import('./image-upload.ts')).uploadImage(args, context);
}

/** @returns the exit status */
export async function register(args: GalleryArguments, context: Context): Promise<number> {
  return await (await import('./gallery/register.ts')).register(args, context);
}

/** @returns the exit status */
export async function prune(args: GalleryArguments, context: Context): Promise<number> {
  return await (await import('./gallery/prune.ts')).prune(args, context);
}

/** @returns the exit status */
export async function publish(args: GalleryArguments, context: Context): Promise<number> {
  if (args.to !== undefined) throw tooMuch('publish', args.to);
  return await (await import('./gallery/publish.ts')).publish(args, context);
}

/** @returns the exit status */
export async function checkSas(args: GalleryArguments, context: Context): Promise<number> {
  if (args.to !== undefined) throw tooMuch('check-sas', args.to);
  return await (await import('./gallery/publish.ts')).checkSasUrl(args, context);
}

function tooMuch(action: string, word: string): UserError {
  return new UserError(
    'USAGE',
    `"image ${action}" takes one ${WHAT[action] ?? 'file'}, and "${word}" is one word too many.`,
    {
      hint: 'Put a name with blanks in quotes.',
    },
  );
}

const WHAT: Readonly<Record<string, string>> = { publish: 'image', 'check-sas': 'URL' };

function noFile(): UserError {
  return new UserError('USAGE', 'It is not said which file is meant.', { hint: 'Name a VHD.' });
}
