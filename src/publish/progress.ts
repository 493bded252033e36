/** How far a transfer between this machine and a store, or between stores, has come. */
export interface Progress {
  readonly doing: 'uploading' | 'copying' | 'reading' | 'fetching';
  /** Blobs that are done, and all of them. */
  readonly blobs: number;
  readonly totalBlobs: number;
  /** Bytes that are done, and all of them. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export type TellProgress = (progress: Progress) => void;

/** Adds up what the single transfers of one run tell. */
export class ProgressSum {
  readonly #tell: TellProgress;
  readonly #doing: Progress['doing'];
  readonly #totals: Pick<Progress, 'totalBlobs' | 'totalBytes'>;
  #blobs = 0;
  #bytes = 0;

  constructor(doing: Progress['doing'], items: readonly { readonly bytes: number }[], tell: TellProgress) {
    this.#doing = doing;
    this.#tell = tell;
    this.#totals = { totalBlobs: items.length, totalBytes: items.reduce((sum, { bytes }) => sum + bytes, 0) };
    this.#report();
  }

  /** Does one transfer of so many bytes; what a try has moved that then began anew is taken back. */
  async count<Result>(
    bytes: number,
    transfer: (onProgress: (bytes: number) => void) => Promise<Result>,
  ): Promise<Result> {
    let own = 0;
    const advance = (to: number): void => {
      this.#bytes += to - own;
      own = to;
      this.#report();
    };
    const result = await transfer((done) => advance(Math.min(done, bytes)));
    this.#blobs += 1;
    advance(bytes);
    return result;
  }

  #report(): void {
    this.#tell({ doing: this.#doing, blobs: this.#blobs, bytes: this.#bytes, ...this.#totals });
  }
}
