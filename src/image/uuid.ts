/** UUIDs as they are written, from the 16 bytes of them, and those that follow from a hash. */
import type { Sha256 } from '../model/digest.ts';

/** A UUID of version 8: 122 bits of the hash. */
export function uuidBytesFrom(hash: Sha256): Buffer {
  const id = Buffer.from(hash.slice(0, 32), 'hex');
  id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x80, 6);
  id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8);
  return id;
}

export function uuidFrom(hash: Sha256): string {
  return formatUuid(uuidBytesFrom(hash));
}

export function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The same of the bytes that a GPT holds, whose first three fields are little-endian. */
export function formatGuid(bytes: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, ...rest] = bytes;
  return formatUuid(Uint8Array.of(d, c, b, a, f, e, h, g, ...rest));
}
