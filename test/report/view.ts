/** The terminal view on a screen and a clock of its own. */
import type { BuildEvent } from '../../src/model/event.ts';
import { unpainted } from '../../src/report/paint.ts';
import { TerminalReporter, type TerminalOptions } from '../../src/report/terminal.ts';
import { ManualClock } from '../rig/manual-clock.ts';
import { Screen } from '../rig/screen.ts';
import { START } from './scripted-runs.ts';

export class View implements Disposable {
  readonly clock = new ManualClock(START);
  readonly screen: Screen;
  readonly reporter: TerminalReporter;
  onWrite = (): void => {};
  #played = 0;

  constructor(options: Partial<TerminalOptions> & { readonly columns?: number; readonly rows?: number } = {}) {
    const { columns = 80, rows = 24, ...rest } = options;
    const screen = new Screen(columns, rows);
    this.screen = screen;
    this.reporter = new TerminalReporter({
      write: (text) => {
        this.onWrite();
        screen.write(text);
      },
      size: () => ({ columns: screen.columns, rows: screen.rows }),
      now: this.clock.now,
      setTimer: this.clock.setTimer,
      paint: unpainted,
      isVerbose: false,
      ...rest,
    });
  }

  /** Reports those events that are due and new, each at its time, and lets the clock run on to `until` seconds. */
  play(events: readonly BuildEvent[], until?: number): void {
    const end = until === undefined ? Infinity : START + until * 1000;
    for (const event of events) {
      if (event.at > end || (event.at <= this.#played && events.length > 1)) continue;
      this.clock.moveTo(event.at);
      this.reporter.report(event);
    }
    if (until === undefined) return;
    this.clock.moveTo(end);
    this.#played = end;
  }

  [Symbol.dispose](): void {
    this.reporter[Symbol.dispose]();
    this.screen[Symbol.dispose]();
  }
}
