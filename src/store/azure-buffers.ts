/** Memory for what is on its way to Azure: so much for all uploads of a store together, and no more. */

export interface TakenBuffer extends Disposable {
  readonly bytes: Buffer;
}

export class Buffers {
  readonly #mostBytes: number;
  #takenBytes = 0;
  /** Those of the usual size are used again: new ones would wait for the garbage collector. */
  readonly #spare: Buffer[] = [];
  readonly #usualBytes: number;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];

  /** @param usualBytes the size of most of them */
  constructor(mostBytes: number, usualBytes: number) {
    this.#mostBytes = mostBytes;
    this.#usualBytes = usualBytes;
  }

  /** Waits until there is room, first come, first served; one that is larger than all goes alone. */
  async take(bytes: number, signal: AbortSignal): Promise<TakenBuffer> {
    signal.throwIfAborted();
    if (this.#waiting.length > 0 || !this.#fits(bytes)) await this.#room(bytes, signal);
    else this.#takenBytes += bytes;
    const whole = (bytes === this.#usualBytes ? this.#spare.pop() : undefined) ?? Buffer.allocUnsafeSlow(bytes);
    let isTaken = true;
    return {
      bytes: whole,
      [Symbol.dispose]: () => {
        if (!isTaken) return;
        isTaken = false;
        if (bytes === this.#usualBytes) this.#spare.push(whole);
        this.#giveBack(bytes);
      },
    };
  }

  #fits(bytes: number): boolean {
    return this.#takenBytes === 0 || this.#takenBytes + bytes <= this.#mostBytes;
  }

  async #room(bytes: number, signal: AbortSignal): Promise<void> {
    const turn = Promise.withResolvers<void>();
    const entry = { bytes, go: turn.resolve };
    const leave = (): void => {
      const at = this.#waiting.indexOf(entry);
      if (at >= 0) this.#waiting.splice(at, 1);
      turn.reject(signal.reason);
    };
    this.#waiting.push(entry);
    signal.addEventListener('abort', leave, { once: true });
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #giveBack(bytes: number): void {
    this.#takenBytes -= bytes;
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#takenBytes += next.bytes;
      next.go();
    }
  }
}
