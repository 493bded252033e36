/** Text that others wrote, made safe to print: build output must not steer the terminal or break the log. */
import { stripVTControlCharacters } from 'node:util';

/** A longer line is data rather than a message; what is past this is cut. */
const LONGEST_LINE = 2000;
const TAB_STOP = 8;

/** Control characters, and the marks that reorder or break lines of text around them. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * One line without control characters or escape sequences, tabs expanded. Of a line that overwrote itself with
 * carriage returns, as progress meters do, only what was to be seen last is kept.
 */
export function cleanLine(line: string): string {
  const cut = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
  const stripped = stripVTControlCharacters(cut).trimEnd();
  const visible = stripped.slice(stripped.lastIndexOf('\r') + 1);
  return expandTabs(visible).replaceAll(UNSAFE, '').toWellFormed().trimEnd();
}

/** The lines of a text, each as {@link cleanLine} gives it; empty ones are dropped. */
export function cleanLines(text: string): string[] {
  return text
    .split('\n')
    .map(cleanLine)
    .filter((line) => line !== '');
}

function expandTabs(text: string): string {
  return text
    .split('\t')
    .reduce((line, piece) => line.padEnd((Math.floor(line.length / TAB_STOP) + 1) * TAB_STOP) + piece);
}
