/**
 * The lines at the bottom of a terminal that are drawn over and over, below those that stay.
 *
 * Between two drawings the cursor rests, visible, at the start of the first of these lines. So there is nothing to put
 * right when the process is stopped or killed; and a terminal that reflows its lines when it is resized takes the
 * cursor along, so that the next drawing starts in the right place, however many rows the old lines take by then.
 */
const ERASE_TO_END_OF_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';
const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';

export class LiveRegion {
  readonly #write: (text: string) => void;
  #shown: readonly string[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /**
   * Writes the lines that stay, of any length, and below them the frame, which replaces the one before.
   *
   * @param frame lines that fit the terminal, fewer than it has rows; none takes the region away
   */
  draw(permanent: readonly string[], frame: readonly string[]): void {
    const isSame = frame.length === this.#shown.length && frame.every((line, index) => line === this.#shown[index]);
    if (permanent.length === 0 && isSame) return;
    this.#write(permanentText(permanent) + frameText(frame));
    this.#shown = frame;
  }
}

function permanentText(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\r${ERASE_BELOW}${lines.join('\n')}\n`;
}

/** Each line is erased just after it is written, never before, so that what does not change does not flicker. */
function frameText(lines: readonly string[]): string {
  if (lines.length === 0) return `\r${ERASE_BELOW}`;
  const body = lines.map((line) => line + ERASE_TO_END_OF_LINE).join('\n');
  const up = lines.length === 1 ? '' : `\u001b[${lines.length - 1}A`;
  return `\r${WRAP_OFF}${body}${ERASE_BELOW}${WRAP_ON}${up}\r`;
}
