/** Moments as a person reads them. */

/** `2026-11-22 21:14 UTC`: the same on every machine, unlike local time. */
export function formatWhen(atMs: number): string {
  const [day = '', time = ''] = new Date(atMs).toISOString().split('T');
  return `${day} ${time.slice(0, 5)} UTC`;
}

/** `2026-11-22`, in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
