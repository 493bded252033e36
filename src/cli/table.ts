/** Columns of text, for a terminal and for `awk` alike. */

export type Align = 'left' | 'right';

/**
 * One line a row, columns two blanks apart, no blanks at the ends of lines. A column without any text is left out.
 *
 * @param align of each column; default: left
 */
export function formatTable(rows: readonly (readonly string[])[], align: readonly Align[] = []): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const lines = rows.map((row) =>
    row
      .flatMap((cell, column) => {
        const width = widths[column] ?? 0;
        if (width === 0) return [];
        return align[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** The same, each line pushed in by two blanks: below a heading. */
export function indentedTable(rows: readonly (readonly string[])[], align?: readonly Align[]): string {
  return formatTable(rows, align).replaceAll(/^(?=.)/gm, '  ');
}

/** `a`, `a and b`, `a, b and c`, `a, b and 5 more`. */
export function listOf(names: readonly string[], most = 3): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
