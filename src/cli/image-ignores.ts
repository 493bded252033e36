/** The findings of an image as they count today, by the ignores of the record that goes with its disk. */
import { basename, dirname, join, relative } from 'node:path';
import { OUTPUT, usableRecord } from '../bake/image-outputs.ts';
import { markIgnored, staleIgnores, type RuleIgnore } from '../image/ignores.ts';
import type { Finding } from '../image/rules.ts';
import type { ImageRecord } from '../recipe/image-record.ts';
import { warn, type Context } from './context.ts';
import { today } from './when.ts';

/** Those of the record beside a disk; without a record nothing is ignored. Warns of one that cannot be read. */
export function ignoresBeside(path: string, context: Context): readonly RuleIgnore[] {
  const folder = dirname(path);
  const record = usableRecord(folder, {
    shown: relative(context.cwd, join(folder, OUTPUT.record)),
    onBroken: ({ message }) => warn(context, { message, hint: 'Nothing that the image fails is ignored.' }),
  });
  return record?.disk.file === basename(path) ? (record.ignores ?? []) : [];
}

/** What the offline rules said of an image when it was baked. Warns of ignores that are no good any more. */
export function checksToday({ checks, ignores = [] }: ImageRecord, context: Context): readonly Finding[] {
  const findings = markIgnored(checks, ignores, today());
  warnOfStale(findings, ignores, context);
  return findings;
}

/** @param findings of all that was looked at, marked */
export function warnOfStale(findings: readonly Finding[], ignores: readonly RuleIgnore[], context: Context): void {
  for (const stale of staleIgnores(findings, ignores)) warn(context, stale);
}
