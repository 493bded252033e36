/** What the actions of `image` print. */
import type { VhdInspection } from '../image/inspect-vhd.ts';
import { hasError, type Finding } from '../image/rules.ts';
import type { InspectedPartition } from '../image/vhd-rules.ts';
import { formatBytes, plural } from '../report/format.ts';
import { cleanLine } from '../report/text.ts';
import { formatTable } from './table.ts';

export function describeVhd(inspection: VhdInspection): string {
  const { footer, table, findings } = inspection;
  const { cylinders, heads, sectorsPerTrack } = footer.geometry;
  const facts = [
    ['type', footer.type],
    ['virtual size', `${formatBytes(footer.virtualBytes)} (${footer.virtualBytes} bytes)`],
    ['file', `${inspection.fileBytes} bytes, ${formatBytes(inspection.dataBytes)} of data`],
    ['created', `${new Date(footer.createdSeconds * 1000).toISOString().slice(0, 19)}Z by ${footer.creator.trim()}`],
    ['id', footer.id],
    ['geometry', `${cylinders} cylinders, ${heads} heads, ${sectorsPerTrack} sectors`],
    ['table', describeTable(table)],
    ['boots as', inspection.generations.join(', ') || 'nothing that is known'],
  ];
  const partitions = table?.partitions ?? [];
  return [
    formatTable(table === undefined ? facts.slice(0, -2) : facts),
    ...(partitions.length === 0 ? [] : ['', describePartitions(partitions)]),
    '',
    describeFindings(findings),
    '',
    summary(findings),
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

function describeFindings(findings: readonly Finding[]): string {
  const rows = findings.map(({ id, severity, result, actual, required }) => [
    result === 'failed' ? severity.toUpperCase() : RESULTS[result],
    id,
    required,
    cleanLine(actual),
  ]);
  return formatTable([['', 'RULE', 'REQUIRED', 'ACTUAL'], ...rows]);
}

function summary(findings: readonly Finding[]): string {
  const failed = findings.filter(({ result }) => result === 'failed');
  const errors = failed.filter(({ severity }) => severity === 'error').length;
  const told = `${plural(errors, 'error')}, ${plural(failed.length - errors, 'warning')}`;
  return hasError(findings)
    ? `Azure or its Marketplace would refuse this image: ${told}.`
    : `Nothing here forbids this image: ${told}.`;
}
