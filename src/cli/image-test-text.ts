/** What `image test` prints. */
import type { ImageInspection } from '../image/inspect-image.ts';
import { cleanLine } from '../report/text.ts';
import { describeFindings, describeFacts, describeIgnored, summary } from './image-text.ts';

export function describeImage(inspection: ImageInspection): string {
  const { system, findings } = inspection;
  const unread = findings.find(({ id, result }) => id === 'root.readable' && result !== 'passed');
  const kernels = system?.kernels.join(', ') ?? '';
  const told =
    system === undefined
      ? `not looked at: ${cleanLine(unread?.actual ?? '')}`
      : `${cleanLine(system.name)} on partition ${system.partition}, kernel ${cleanLine(kernels) || 'none'}`;
  const skipped = findings.filter(({ result }) => result === 'skipped').length;
  return [
    describeFacts(inspection, [['system', told]]),
    '',
    describeFindings(findings),
    ...describeIgnored(findings),
    '',
    summary(findings),
    ...(system === undefined ? [`Of the system inside nothing was told: ${skipped} rules were skipped.`] : []),
  ].join('\n');
}
