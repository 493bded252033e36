/** A terminal without a window: takes what a program writes and tells what a person would see. */
import { Terminal } from '@xterm/headless';

export class Screen implements Disposable {
  readonly #terminal: Terminal;
  /** Everything written so far. */
  written = '';

  constructor(columns: number, rows: number) {
    // As the kernel does for a terminal: a line feed also returns to the first column.
    this.#terminal = new Terminal({
      cols: columns,
      rows,
      convertEol: true,
      allowProposedApi: true,
      scrollback: 100_000,
    });
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  readonly write = (text: string): void => {
    this.written += text;
    this.#terminal.write(text);
  };

  async resize(columns: number, rows: number): Promise<void> {
    await this.#settle();
    this.#terminal.resize(columns, rows);
  }

  /** Every line from the first on, scrolled out or not, up to the last that holds text. */
  async text(): Promise<string> {
    return this.#lines(0);
  }

  /** The lines that are on the screen, without those scrolled out. */
  async visible(): Promise<string> {
    await this.#settle();
    return this.#lines(this.#terminal.buffer.active.baseY);
  }

  /** Whether a line was too long for the terminal and went on in the next row. */
  async hasWrapped(): Promise<boolean> {
    await this.#settle();
    const { active } = this.#terminal.buffer;
    return Array.from({ length: active.length }, (_, row) => active.getLine(row)?.isWrapped).includes(true);
  }

  /** Where the cursor stands: its row among the lines of {@link text}, and its column. */
  async cursor(): Promise<{ readonly row: number; readonly column: number }> {
    await this.#settle();
    const { active } = this.#terminal.buffer;
    return { row: active.baseY + active.cursorY, column: active.cursorX };
  }

  [Symbol.dispose](): void {
    this.#terminal.dispose();
  }

  async #lines(from: number): Promise<string> {
    await this.#settle();
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    return lines.slice(from).join('\n').trimEnd();
  }

  async #settle(): Promise<void> {
    await new Promise<void>((done) => this.#terminal.write('', done));
  }
}
