/** What the actions of `image` print. */
import type { VhdInspection } from '../image/inspect-vhd.ts';
import { hasError, type Askers, type Finding } from '../image/rules.ts';
import type { InspectedPartition } from '../image/vhd-rules.ts';
import { describeTerm } from '../model/ignore.ts';
import { formatBytes, plural } from '../report/format.ts';
import { cleanLine } from '../report/text.ts';
import { formatTable, indentedTable } from './table.ts';

export function describeVhd(inspection: VhdInspection): string {
  const { findings } = inspection;
  return [describeFacts(inspection), '', describeFindings(findings), '', summary(findings)].join('\n');
}

/** What the file is, and its partitions. */
export function describeFacts(inspection: VhdInspection, more: readonly (readonly string[])[] = []): string {
  const { footer, table } = inspection;
  const { cylinders, heads, sectorsPerTrack } = footer.geometry;
  const facts = [
    ['type', footer.type],
    ['virtual size', `${formatBytes(footer.virtualBytes)} (${footer.virtualBytes} bytes)`],
    ['file', `${inspection.fileBytes} bytes, ${formatBytes(inspection.dataBytes)} of data`],
    ['created', `${new Date(footer.createdSeconds * 1000).toISOString().slice(0, 19)}Z by ${footer.creator.trim()}`],
    ['id', footer.id],
    ['geometry', `${cylinders} cylinders, ${heads} heads, ${sectorsPerTrack} sectors`],
  ];
  const inside = [
    ['table', describeTable(table)],
    ['boots as', inspection.generations.join(', ') || 'nothing that is known'],
  ];
  const partitions = table?.partitions ?? [];
  return [
    formatTable([...facts, ...(table === undefined ? [] : inside), ...more]),
    ...(partitions.length === 0 ? [] : ['', describePartitions(partitions)]),
  ].join('\n');
}

function describeTable(table: VhdInspection['table']): string {
  if (table === undefined || table.kind === 'none') return 'none';
  const hybrid = table.hybrid.length > 0 ? `, hybrid MBR with ${plural(table.hybrid.length, 'partition')}` : '';
  return `${table.kind.toUpperCase()} ${table.diskId ?? ''}${hybrid}`;
}

function describePartitions(partitions: readonly InspectedPartition[]): string {
  const rows = partitions.map(({ number, startByte, bytes, type, typeName, content, name }) => [
    String(number),
    formatBytes(startByte),
    formatBytes(bytes),
    typeName ?? type,
    content ?? '-',
    cleanLine(name ?? ''),
  ]);
  return formatTable([['NR', 'START', 'SIZE', 'TYPE', 'CONTENT', 'NAME'], ...rows], ['right', 'right', 'right']);
}

const RESULTS: Readonly<Record<Finding['result'], string>> = { passed: 'ok', failed: '', skipped: 'skipped' };

export function describeFindings(findings: readonly Omit<Finding, keyof Askers>[]): string {
  const rows = findings.map(({ id, severity, result, actual, required, ignored }) => [
    ignored !== undefined ? 'ignored' : result === 'failed' ? severity.toUpperCase() : RESULTS[result],
    id,
    required,
    cleanLine(actual),
  ]);
  return formatTable([['', 'RULE', 'REQUIRED', 'ACTUAL'], ...rows]);
}

/** Below a table of findings: what of it is ignored, and why. */
export function describeIgnored(findings: readonly Finding[]): readonly string[] {
  const rows = findings.flatMap(({ id, ignored }) =>
    ignored === undefined ? [] : [[id, describeTerm(ignored), cleanLine(ignored.reason)]],
  );
  return rows.length === 0 ? [] : ['', 'Ignored:', indentedTable(rows)];
}

/** Behind counts of errors and warnings, if there are any. */
export function countIgnored(findings: readonly Finding[]): readonly string[] {
  const count = findings.filter(({ ignored }) => ignored !== undefined).length;
  return count === 0 ? [] : [`${count} ignored`];
}

export function summary(findings: readonly Finding[]): string {
  const failed = findings.filter(({ result, ignored }) => result === 'failed' && ignored === undefined);
  const count = (severity: Finding['severity']): number => failed.filter((each) => each.severity === severity).length;
  const hints = count('info') === 0 ? [] : [plural(count('info'), 'hint')];
  const told = [
    plural(count('error'), 'error'),
    plural(count('warning'), 'warning'),
    ...hints,
    ...countIgnored(findings),
  ].join(', ');
  return hasError(findings)
    ? `Azure or its Marketplace would refuse this image: ${told}.`
    : `Nothing here forbids this image: ${told}.`;
}
