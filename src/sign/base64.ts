/** Base64 of signatures and payloads. */
import { Buffer } from 'node:buffer';

/** With padding, in the standard alphabet. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/**
 * The bytes of a text in the standard or the URL-safe alphabet, with or without padding; undefined for anything else.
 * Bits that no byte needs must be zero, so that no two texts of one alphabet and length mean the same.
 *
 * @see https://github.com/secure-systems-lab/dsse/blob/v1.0.0/envelope.md#standard-json-envelope both alphabets are allowed
 */
export function fromBase64(text: string): Uint8Array | undefined {
  const unpadded = text.length % 4 === 0 ? text.replace(/={1,2}$/, '') : text;
  const digits = unpadded.replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Buffer.from(digits, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== digits) return undefined;
  return new Uint8Array(bytes);
}
