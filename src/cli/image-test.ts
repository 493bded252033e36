/** `image test`: all rules that an image can be held against without booting it, and then with. */
import { resolve } from 'node:path';
import { inspectImage } from '../image/inspect-image.ts';
import { markIgnored } from '../image/ignores.ts';
import { toJunit } from '../image/junit.ts';
import { hasError, type Finding } from '../image/rules.ts';
import { toSelfTest } from '../image/self-test.ts';
import { print, type CommonArguments, type Context } from './context.ts';
import { bootAll, checkBootArguments } from './image-boot.ts';
import type { BootArguments } from './image-boot-options.ts';
import { describeBoot } from './image-boot-text.ts';
import { ignoresBeside, warnOfStale } from './image-ignores.ts';
import { describeImage } from './image-test-text.ts';
import { today } from './when.ts';
import { writeOutput } from './write-output.ts';

export interface TestArguments extends CommonArguments, BootArguments {
  readonly file: string;
  readonly junit: string | undefined;
  readonly format: 'text' | 'self-test';
}

/** @returns the exit status */
export async function testImage(args: TestArguments, context: Context): Promise<number> {
  const { file, junit, json, format } = args;
  checkBootArguments(args);
  const path = resolve(context.cwd, file);
  const ignores = ignoresBeside(path, context);
  const day = today();
  const marked = <Report extends { readonly findings: readonly Finding[] }>(report: Report): Report => {
    return { ...report, findings: markIgnored(report.findings, ignores, day) };
  };
  const inspection = marked(await inspectImage(path, { shown: file, signal: context.signal }));
  const { findings, system, generations } = inspection;
  const image = { file, generations, virtualBytes: inspection.footer.virtualBytes };
  const boots = (args.boot ? await bootAll(args, image, context) : []).map(marked);
  const booted = Object.fromEntries(boots.map((boot) => [`boot ${boot.generation}`, boot.findings]));
  const suites = { offline: findings, ...booted };
  warnOfStale(Object.values(suites).flat(), ignores, context);
  if (format === 'self-test') print(context, true, toSelfTest(system, Object.values(suites).flat()), '');
  else {
    const texts = [describeImage(inspection), ...boots.map((boot) => describeBoot(boot, context.cwd))];
    print(context, json, { file, ...inspection, ...(args.boot ? { boots } : {}) }, texts.join('\n\n'));
  }
  // Last: where that fails, what was found has been printed.
  if (junit !== undefined) await writeOutput(junit, toJunit(`dcos-build image test ${file}`, suites), context);
  return Object.values(suites).some(hasError) ? 1 : 0;
}
