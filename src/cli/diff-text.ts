/** What `diff` prints: text for people, Markdown for release notes. */
import type { BillDiff, DiffSide } from '../bom/diff-bills.ts';
import { describeCounts, sectionsOf } from './diff-sections.ts';
import { indentedTable } from './table.ts';

/** What the two sides are called on the command line. */
export interface SideNames {
  readonly before: string;
  readonly after: string;
}

export function describeDiff(diff: BillDiff, names: SideNames): string {
  const sections = sectionsOf(diff).flatMap(({ title, rows }) => ['', `${title}:`, indentedTable(rows)]);
  const [before, after] = titlesOf(diff, names);
  return [`${before} → ${after}`, describeCounts(diff), ...sections].join('\n');
}

/** One second-level heading, so that it can stand in a longer page as it is. */
export function diffMarkdown(diff: BillDiff, names: SideNames): string {
  const [before, after] = titlesOf(diff, names);
  const sections = sectionsOf(diff).flatMap(({ title: heading, headings, rows }) => [
    '',
    `### ${heading}`,
    '',
    ...[headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |`),
  ]);
  return [`## From ${before} to ${after}`, '', describeCounts(diff), ...sections].join('\n');
}

/** The releases by their names, if both sides are one and not the same one; else as they were asked for. */
function titlesOf({ before, after }: BillDiff, names: SideNames): readonly [string, string] {
  const [one, other] = [releaseTitle(before), releaseTitle(after)];
  if (one === undefined || other === undefined || one === other) return [names.before, names.after];
  return [one, other];
}

function releaseTitle({ release, variant }: DiffSide): string | undefined {
  if (release === undefined) return undefined;
  const channel = release.channel === undefined ? '' : ` ${release.channel}`;
  return `${release.name} ${release.version}${channel}${variant === undefined ? '' : ` (${variant})`}`;
}

function escaped(cell: string): string {
  return cell.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
