/** `image test`: all rules that an image can be held against without booting it. */
import { resolve } from 'node:path';
import { writeFileDurably } from '../host/files.ts';
import { inspectImage } from '../image/inspect-image.ts';
import { toJunit } from '../image/junit.ts';
import { hasError } from '../image/rules.ts';
import { toSelfTest } from '../image/self-test.ts';
import { print, type CommonArguments, type Context } from './context.ts';
import { describeImage } from './image-test-text.ts';

export interface TestArguments extends CommonArguments {
  readonly file: string;
  readonly junit: string | undefined;
  readonly format: 'text' | 'self-test';
}

/** @returns the exit status */
export async function testImage(args: TestArguments, context: Context): Promise<number> {
  const { file, junit, json, format } = args;
  const inspection = await inspectImage(resolve(context.cwd, file), { shown: file, signal: context.signal });
  const { findings, system } = inspection;
  if (junit !== undefined) await writeFileDurably(resolve(context.cwd, junit), toJunit(file, { offline: findings }));
  if (format === 'self-test') print(context, true, toSelfTest(system, findings), '');
  else print(context, json, { file, ...inspection }, describeImage(inspection));
  return hasError(findings) ? 1 : 0;
}
