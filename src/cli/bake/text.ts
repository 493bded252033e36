/** What `image lock`, `bake`, `ls` and `diff` print. */
import { describeReplaced } from '../../bake/replaced-image.ts';
import { relative } from 'node:path';
import type { BakeAnswer, StageState } from '../../bake/bake.ts';
import type { ImageDiff } from '../../bake/diff-images.ts';
import type { LockAnswer } from '../../bake/image-definitions.ts';
import { OUTPUT, type BakedImage } from '../../bake/image-outputs.ts';
import { hasError, type Finding } from '../../image/rules.ts';
import type { ImageRecord } from '../../recipe/image-record.ts';
import { formatBytes, formatDuration, plural } from '../../report/format.ts';
import { countIgnored, describeFindings, describeIgnored } from '../image-text.ts';
import { formatTable, indentedTable, listOf } from '../table.ts';

const ID_DIGITS = 12;
/** Paths of a kind that are shown; the data has all. */
const MOST_SHOWN = 20;

export function describeLocked({ path, packages, bytes, changes }: LockAnswer): string {
  const moved = changes.map((change) => `\n  ${change}`).join('');
  return `${path}: ${plural(packages, 'package')}, ${formatBytes(bytes)}${moved}`;
}

export function describeBakePlan({
  name,
  version,
  stages,
  replaces,
}: {
  readonly name: string;
  readonly version: string;
  readonly stages: readonly StageState[];
  readonly replaces: readonly string[] | undefined;
}): string {
  const rows = stages.map((stage) => [
    stage.name,
    stage.id.slice(0, ID_DIGITS),
    stage.action === 'reuse' ? 'is there' : 'to be made',
  ]);
  const plan = `${name} ${version}\n${indentedTable(rows)}`;
  return replaces === undefined ? plan : `${plan}\n${describeReplaced({ name, version }, replaces)}`;
}

interface JudgedImage extends BakeAnswer {
  /** What the offline rules say of it today. */
  readonly findings: readonly Finding[];
}

export function describeBaked(
  { folder, record, stages, findings }: JudgedImage,
  durationMs: number,
  cwd: string,
): string {
  const made = stages.filter(({ action }) => action === 'build').map(({ name }) => name);
  const what =
    made.length === 0 ? 'is up to date' : `baked in ${formatDuration(durationMs)} (made: ${made.join(', ')})`;
  const { disk } = record;
  const rows = [
    ['disk', `${shownPath(folder, cwd)}/${OUTPUT.disk}`],
    ['size', `${formatBytes(disk.virtualBytes)}, of which ${formatBytes(disk.dataBytes)} are data`],
    ['sha256', `${disk.contentSha256} (of the data)`],
    ['boots as', record.generations.join(', ')],
    ['holds', `${describeDcos(record)}, ${plural(record.packages.length, 'Debian package')}`],
    ['roles', record.roles.join(', ')],
    ['rules', describeChecks(findings)],
  ];
  return [
    `${record.name} ${record.version} ${what}`,
    indentedTable(rows),
    ...describeRefused(findings),
    ...describeIgnored(findings),
  ].join('\n');
}

/** Of an image that is refused, what failed. */
function describeRefused(findings: readonly Finding[]): readonly string[] {
  if (!hasError(findings)) return [];
  return ['', describeFindings(findings.filter(({ result, severity }) => result === 'failed' && severity !== 'info'))];
}

function describeChecks(findings: readonly Finding[]): string {
  const failed = (wanted: string) =>
    findings.filter(
      ({ result, severity, ignored }) => result === 'failed' && severity === wanted && ignored === undefined,
    );
  const [errors, warnings] = [failed('error'), failed('warning')];
  const named = [...errors, ...warnings].map(({ id }) => id);
  const counts = [plural(errors.length, 'error'), plural(warnings.length, 'warning'), ...countIgnored(findings)];
  return `${counts.join(', ')} of ${findings.length} rules of Azure${named.length === 0 ? '' : `: ${listOf(named, 5)}`}`;
}

function describeDcos({ inputs: { dcos } }: ImageRecord): string {
  const variant = dcos.variant === null ? '' : ` (${dcos.variant})`;
  return `DC/OS ${dcos.version ?? 'of no version'}${variant} with ${plural(dcos.packageIds.length, 'component')}`;
}

export function describeImages(images: readonly BakedImage[], cwd: string): string {
  if (images.length === 0) return 'There is no image yet; "dcos-build image bake NAME" makes one.';
  const rows = images.map(({ folder, record }) => [
    record.name,
    record.version,
    record.generations.join('+'),
    formatBytes(record.disk.virtualBytes),
    `${formatBytes(record.disk.dataBytes)} of data`,
    record.disk.contentSha256.slice(0, ID_DIGITS),
    shownPath(folder, cwd),
  ]);
  return formatTable(rows, ['left', 'left', 'left', 'right', 'right']);
}

export function describeImageDiff({ before, after, packages, dcos, files, bytes }: ImageDiff): string {
  const heading = `${before} → ${after}: ${signed(bytes)}`;
  const isSame = packages.length + dcos.length + files.length === 0;
  if (isSame) return `${heading}\nThe two hold the same.`;
  return [
    heading,
    ...section(
      'Debian packages',
      packages.map(({ name, from, to }) => [name, from ?? '(new)', to ?? '(gone)']),
    ),
    ...section(
      'DC/OS',
      dcos.map(({ name, from, to }) => [name, short(from) ?? '(new)', short(to) ?? '(gone)']),
    ),
    ...section(
      'files',
      files.map(({ path, change, bytes: size }) => [change, path, signed(size)]),
    ),
  ].join('\n');
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length > MOST_SHOWN ? [`  … and ${rows.length - MOST_SHOWN} more`] : [];
  return [`\n${title} (${rows.length})`, indentedTable(rows.slice(0, MOST_SHOWN)), ...more];
}

function short(version: string | undefined): string | undefined {
  return version?.slice(0, ID_DIGITS);
}

function signed(bytes: number): string {
  if (bytes === 0) return 'no change in size';
  return `${bytes > 0 ? '+' : '-'}${formatBytes(Math.abs(bytes))}`;
}

function shownPath(folder: string, cwd: string): string {
  return relative(cwd, folder) || '.';
}
