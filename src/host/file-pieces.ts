/** Files read and written piece by piece at positions, for transfers that hold little of them in memory. */
import { open, type FileHandle } from 'node:fs/promises';
import { explainDiskFull } from './disk-space.ts';

export class PieceReader implements AsyncDisposable {
  /** Size when it was opened. */
  readonly bytes: number;
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#file = file;
    this.bytes = bytes;
  }

  static async open(path: string): Promise<PieceReader> {
    const file = await open(path, 'r');
    try {
      return new PieceReader(path, file, (await file.stat()).size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Fills the buffer with what stands at that position. @throws Error if the file ends before the buffer does */
  async fill(buffer: Uint8Array, position: number): Promise<void> {
    for (let at = 0; at < buffer.length;) {
      const { bytesRead } = await this.#file.read(buffer, at, buffer.length - at, position + at);
      if (bytesRead === 0) throw new Error(`${this.#path} became shorter while it was read`);
      at += bytesRead;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

export class PieceWriter implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Makes the file, or empties it. */
  static async open(path: string): Promise<PieceWriter> {
    return new PieceWriter(path, await open(path, 'w', 0o644));
  }

  /** @throws UserError DISK_FULL */
  async write(chunk: Uint8Array, position: number): Promise<void> {
    try {
      for (let at = 0; at < chunk.length;) {
        at += (await this.#file.write(chunk, at, chunk.length - at, position + at)).bytesWritten;
      }
    } catch (error) {
      throw explainDiskFull(error, this.#path);
    }
  }

  /** Forgets all that was written. */
  async empty(): Promise<void> {
    await this.#file.truncate(0);
  }

  /** @throws UserError DISK_FULL */
  async sync(): Promise<void> {
    try {
      await this.#file.sync();
    } catch (error) {
      throw explainDiskFull(error, this.#path);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
