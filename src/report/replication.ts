/** How far an image is copied to its regions: lines that are drawn over on a terminal, a line for each change in a log. */
import { LiveRegion } from './live-region.ts';

export interface RegionState {
  readonly definition: string;
  readonly region: string;
  readonly state: string;
  readonly percent: number;
}

export interface ReplicationViewOptions {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
}

export class ReplicationView implements Disposable {
  readonly #options: ReplicationViewOptions;
  readonly #live: LiveRegion;
  readonly #regions = new Map<string, RegionState>();

  constructor(options: ReplicationViewOptions) {
    this.#options = options;
    this.#live = new LiveRegion(options.write);
  }

  /** @param doing `making the gallery dcos` */
  step(doing: string): void {
    const { isTerminal, write } = this.#options;
    if (isTerminal) this.#live.draw([doing], this.#lines());
    else write(`${doing}\n`);
  }

  region(report: RegionState): void {
    const { isTerminal, write } = this.#options;
    const key = `${report.definition} ${report.region}`;
    const before = this.#regions.get(key);
    this.#regions.set(key, report);
    if (isTerminal) this.#live.draw([], this.#lines());
    else if (before?.state !== report.state) write(`${describe(report)}\n`);
  }

  [Symbol.dispose](): void {
    if (this.#options.isTerminal) this.#live.draw([], []);
  }

  #lines(): string[] {
    return [...this.#regions.values()].map(describe);
  }
}

/** `node in westeurope: replicating, 40 %` */
function describe({ definition, region, state, percent }: RegionState): string {
  const share = state === 'Replicating' ? `, ${percent} %` : '';
  return `${definition} in ${region}: ${state.toLowerCase()}${share}`;
}
