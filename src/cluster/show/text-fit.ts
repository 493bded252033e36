/** Texts into widths, without a font at hand: widths are those of a wide one, so that any other fits too. */

/** In parts of the size of the font, as DejaVu Sans and Verdana have them; both are wide. */
function widthOf(character: string): number {
  if (/[iljI|.,:;'! /]/.test(character)) return 0.35;
  if (/[-ftr()[\]]/.test(character)) return 0.42;
  if (/[mwMW@%]/.test(character)) return 1;
  if (/[A-Z]/.test(character)) return 0.75;
  return /[\u0020-\u024f]/.test(character) ? 0.64 : 1.1;
}

export interface Font {
  readonly size: number;
  readonly isBold?: boolean;
}

/** An upper bound, in units of the drawing. */
export function textWidth(text: string, { size, isBold = false }: Font): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width * size * (isBold ? 1.12 : 1);
}

export interface Room extends Font {
  readonly width: number;
  readonly lines: number;
}

/**
 * Breaks a text behind blanks, commas and the dashes of long names; what then still does not fit ends in an ellipsis.
 *
 * @returns at least one line, at most `lines`
 */
export function fitText(text: string, room: Room): readonly string[] {
  const pieces = text.match(/[^\s\-,]*[\s\-,]?/g)?.filter((piece) => piece !== '') ?? [];
  const lines: string[] = [''];
  for (const piece of pieces) {
    const last = lines.at(-1) ?? '';
    if (last === '' || textWidth((last + piece).trimEnd(), room) <= room.width) lines[lines.length - 1] = last + piece;
    else lines.push(piece);
  }
  const kept = lines.slice(0, room.lines);
  const isCut = lines.length > kept.length;
  return kept.map((line, index) => shorten(line.trim(), isCut && index === kept.length - 1, room));
}

function shorten(line: string, isCut: boolean, room: Room): string {
  if (!isCut && textWidth(line, room) <= room.width) return line;
  let characters = Array.from(line);
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, room) > room.width) {
    characters = characters.slice(0, -1);
  }
  return `${characters.join('').trimEnd()}…`;
}
