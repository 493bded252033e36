/** IPv4 networks as numbers. */

export interface Network {
  /** The first address, as a number of 32 bits. */
  readonly first: number;
  /** How many addresses. */
  readonly size: number;
  readonly bits: number;
}

/** Reads `10.0.0.0/16`, or one address; undefined: it is neither. The bits behind the mask are dropped. */
export function parseNetwork(text: string): Network | undefined {
  const [, a, b, c, d, mask = '32'] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  const parts = [a, b, c, d].map(Number);
  const bits = Number(mask);
  if (bits > 32 || !parts.every((part) => part <= 255)) return undefined;
  const size = 2 ** (32 - bits);
  const address = parts.reduce((sum, part) => sum * 256 + part, 0);
  return { first: Math.floor(address / size) * size, size, bits };
}

export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export function isWithin(inner: Network, outer: Network): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

export function doOverlap(a: Network, b: Network): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}
