/** What the actions of `image` do between their options and the workflow. */
import { resolve } from 'node:path';
import { inspectVhd } from '../image/inspect-vhd.ts';
import { hasError } from '../image/rules.ts';
import { print, type Context } from './context.ts';
import { describeVhd } from './image-text.ts';

export interface ImageArguments {
  readonly file: string;
  readonly json: boolean;
}

/** @returns the exit status */
export async function inspect({ file, json }: ImageArguments, context: Context): Promise<number> {
  const inspection = await inspectVhd(resolve(context.cwd, file), { shown: file, signal: context.signal });
  print(context, json, { file, ...inspection }, describeVhd(inspection));
  return hasError(inspection.findings) ? 1 : 0;
}
