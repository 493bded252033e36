/** Digests as lower-case hex, and their makers. */
import { createHash, hash } from 'node:crypto';
import type { Brand } from './brand.ts';

export type Sha1 = Brand<string, 'Sha1'>;
export type Sha256 = Brand<string, 'Sha256'>;

const HEX_64 = /^[0-9a-f]{64}$/;

/** SHA-1 of bytes, or of text as UTF-8. */
export function sha1(data: string | Uint8Array): Sha1 {
  return hash('sha1', data) as Sha1;
}

/** SHA-256 of bytes, or of text as UTF-8. */
export function sha256(data: string | Uint8Array): Sha256 {
  return hash('sha256', data) as Sha256;
}

/** The text as a SHA-256 digest, or undefined if it is none. Upper case is taken and lowered. */
export function toSha256(text: string): Sha256 | undefined {
  const lower = text.toLowerCase();
  return HEX_64.test(lower) ? (lower as Sha256) : undefined;
}

/** A SHA-256 taken piece by piece, for what passes by as a stream. */
export class Sha256Stream {
  readonly #hash = createHash('sha256');

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  digest(): Sha256 {
    return this.#hash.digest('hex') as Sha256;
  }
}
