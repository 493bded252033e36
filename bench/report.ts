/** What a benchmark found: rows of figures, and goals as ratios; as text and as data. */
import type { Result, Spread } from './measure.ts';

export interface Goal {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  /** Whether the value may be no more than the limit, or no less. */
  readonly bound: 'most' | 'least';
  /** `x` for ratios. */
  readonly unit: string;
}

export type Cell = string | number;

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Report {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  readonly notes: readonly string[];
}

export const TIME_COLUMNS = ['wall ms (min-max)', 'cpu ms', 'x wall', 'x cpu', 'load'] as const;

/** The cells of {@link TIME_COLUMNS}; the ratios are to the reference of the same contest. */
export function timeCells({ wallMs, cpuMs, load }: Result, reference: Result): Cell[] {
  const range = `${format(wallMs.median)} (${format(wallMs.min)}-${format(wallMs.max)})`;
  const times = (mine: Spread, its: Spread): string => (mine.median / its.median).toFixed(2);
  return [range, format(cpuMs.median), times(wallMs, reference.wallMs), times(cpuMs, reference.cpuMs), load.toFixed(1)];
}

export function formatReport(name: string, { tables, goals, notes }: Report): string {
  const parts = tables.map((table) => `${table.title}\n${formatTable(table)}`);
  const verdicts = goals.map((goal) => `  ${isMet(goal) ? 'met   ' : 'MISSED'} ${formatGoal(goal)}\n`);
  const remarks = notes.map((note) => `  note: ${note}\n`);
  return [`== ${name}`, ...parts, [...verdicts, ...remarks].join('')].join('\n');
}

export function isMet({ value, limit, bound }: Goal): boolean {
  return bound === 'most' ? value <= limit : value >= limit;
}

function formatGoal({ what, value, limit, bound, unit }: Goal): string {
  return `${what}: ${format(value)}${unit} (goal: at ${bound} ${format(limit)}${unit})`;
}

function formatTable({ columns, rows }: Table): string {
  const lines = [columns, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? format(cell) : cell)));
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
    )
    .map((line) => `  ${line.join('  ')}\n`)
    .join('');
}

function format(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
