/** A clock that stands still until a test moves it on. */
interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

export class ManualClock {
  #now: number;
  readonly #alarms = new Set<Alarm>();

  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly setTimer = (callback: () => void, delayMs: number): Disposable => {
    const alarm = { at: this.#now + delayMs, callback };
    this.#alarms.add(alarm);
    return { [Symbol.dispose]: () => void this.#alarms.delete(alarm) };
  };

  /** How many timers wait to go off. */
  get pending(): number {
    return this.#alarms.size;
  }

  /** Moves on to a time, and lets every timer go off on the way, in order. */
  moveTo(at: number): void {
    for (let next = this.#earliest(at); next !== undefined; next = this.#earliest(at)) {
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = Math.max(this.#now, at);
  }

  #earliest(until: number): Alarm | undefined {
    return [...this.#alarms].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  }
}
