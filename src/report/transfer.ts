/** How far a transfer has come: one line that is drawn over on a terminal, a line now and then in a log. */
import { formatBytes } from './format.ts';
import { LiveRegion } from './live-region.ts';

/** What a transfer tells. */
export interface TransferState {
  /** `uploading`, `copying`. */
  readonly doing: string;
  readonly blobs: number;
  readonly totalBlobs: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface TransferViewOptions {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Milliseconds since any fixed point. */
  readonly now: () => number;
}

/** Between two drawings. */
const FRAME_MS = { terminal: 100, log: 10_000 } as const;

export class TransferView implements Disposable {
  readonly #options: TransferViewOptions;
  readonly #region: LiveRegion;
  #startedAt: number | undefined;
  #drawnAt = -Infinity;

  constructor(options: TransferViewOptions) {
    this.#options = options;
    this.#region = new LiveRegion(options.write);
  }

  report(state: TransferState): void {
    const { isTerminal, write, now } = this.#options;
    if (state.totalBlobs === 0) return;
    const at = now();
    this.#startedAt ??= at;
    const isDone = state.blobs === state.totalBlobs;
    const wait = isTerminal ? FRAME_MS.terminal : FRAME_MS.log;
    if (!isTerminal && this.#drawnAt === -Infinity) this.#drawnAt = at;
    if (at - this.#drawnAt < wait && !(isDone && isTerminal)) return;
    this.#drawnAt = at;
    const line = describe(state, at - this.#startedAt);
    if (isTerminal) this.#region.draw([], isDone ? [] : [line]);
    else write(`${line}\n`);
  }

  [Symbol.dispose](): void {
    if (this.#options.isTerminal) this.#region.draw([], []);
  }
}

/** `uploading 12 of 59 blobs, 130 of 500 MiB, 41.2 MiB/s` */
function describe({ doing, blobs, totalBlobs, bytes, totalBytes }: TransferState, elapsedMs: number): string {
  const speed = elapsedMs < 1000 ? '' : `, ${formatBytes((bytes / elapsedMs) * 1000)}/s`;
  return `${doing} ${blobs} of ${totalBlobs} blobs, ${formatBytes(bytes)} of ${formatBytes(totalBytes)}${speed}`;
}
