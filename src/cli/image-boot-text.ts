/** What `image test` prints of boots. */
import { relative } from 'node:path';
import type { BootReport } from '../boot/boot-image.ts';
import { hasError, isError } from '../image/rules.ts';
import { formatDuration, plural } from '../report/format.ts';
import { countIgnored, describeFindings, describeIgnored } from './image-text.ts';

/** @param cwd paths below it are shown as from there */
export function describeBoot(report: BootReport, cwd: string): string {
  const { findings, failure, consolePath, picturePath } = report;
  return [
    headline(report),
    '',
    describeFindings(findings),
    ...describeIgnored(findings),
    '',
    ...(failure === undefined ? [] : describeFailure(failure)),
    `console  ${shown(consolePath, cwd)}`,
    ...(picturePath === undefined ? [] : [`screen   ${shown(picturePath, cwd)}`]),
    '',
    verdict(report),
  ].join('\n');
}

function headline({ generation, accelerator, secureBoot, durationsMs, failure }: BootReport): string {
  const how = [
    `Booted as ${generation}`,
    ...(secureBoot ? ['with Secure Boot'] : []),
    accelerator === 'kvm' ? 'with KVM' : 'without KVM',
  ].join(', ');
  const [first, second] = durationsMs.map(formatDuration);
  if (failure !== undefined) return `${how}: given up after ${second ?? first}.`;
  return `${how}: done after ${first}, and again after ${second}.`;
}

function describeFailure({ cause, hint, lastLines }: NonNullable<BootReport['failure']>): readonly string[] {
  const lines = lastLines.length === 0 ? ['(none)'] : lastLines.map((line) => `  | ${line}`);
  return [`The last ${plural(lastLines.length, 'line')} of its console:`, ...lines, '', cause, hint, ''];
}

function verdict({ generation, findings, failure }: BootReport): string {
  const failed = findings.filter(({ result, ignored }) => result === 'failed' && ignored === undefined);
  const errors = failed.filter(isError).length;
  const counts = [plural(errors, 'error'), plural(failed.length - errors, 'warning'), ...countIgnored(findings)];
  const told = counts.join(', ');
  if (failure !== undefined) return `It does not boot as ${generation}: ${told}.`;
  return hasError(findings)
    ? `It boots as ${generation}, but not well: ${told}.`
    : `It boots as ${generation}: ${told}.`;
}

function shown(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith('..') ? path : below;
}
