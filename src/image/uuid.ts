/** UUIDs as they are written, from the 16 bytes of them. */

export function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The same of the bytes that a GPT holds, whose first three fields are little-endian. */
export function formatGuid(bytes: Uint8Array): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, ...rest] = bytes;
  return formatUuid(Uint8Array.of(d, c, b, a, f, e, h, g, ...rest));
}
