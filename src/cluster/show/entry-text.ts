/** Ways in, in words. */
import type { Entry } from './entries.ts';

/** As `80, 443 tcp`. */
export function portsOf({ ports, protocol }: Entry): string {
  return `${ports} ${['*', 'all'].includes(protocol.toLowerCase()) ? 'any' : protocol.toLowerCase()}`;
}

const ANYBODY = ['*', 'internet', '0.0.0.0/0', '::/0'];

/** As a sentence without its full stop. */
export function whoMay({ isOpen, sources, why }: Entry): string {
  if (!isOpen) return why === undefined ? 'closed' : `closed: ${why.replace(/\.$/, '')}`;
  const isAnybody = sources.length === 0 || sources.some((source) => ANYBODY.includes(source.toLowerCase()));
  return isAnybody ? 'from anywhere' : `from ${sources.join(', ')}`;
}
