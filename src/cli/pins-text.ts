/** What `pin --verify` prints. */
import type { VerifiedPin } from '../pins/verify-pins.ts';
import type { Proof } from '../source/pin-check.ts';
import { formatBytes, plural } from '../report/format.ts';

const PROOFS: Readonly<Record<Proof, string>> = {
  fetched: 'fetched whole',
  unchanged: 'unchanged by the word of the server',
  listed: "listed in Debian's archive and there",
  given: 'commit given away',
  local: 'on this machine',
};

/** Every pin that does not hold, then how the others are known to. */
export function describePins(pins: readonly VerifiedPin[]): string {
  if (pins.length === 0) return 'The tree has no pins.';
  const lines = pins.flatMap((pin) => {
    const what = `${pin.source}: ${pin.item}`;
    if (pin.state === 'changed') {
      return [`${what} has changed: ${pin.reason}`, `  was ${pin.expected}`, `  is  ${pin.actual}`];
    }
    if (pin.state === 'same') return pin.note === undefined ? [] : [`${what}: ${pin.note}`];
    if (pin.state === 'private') return [`${what} is on mirrors only: no server has it`];
    return [`${what} ${pin.state === 'gone' ? 'is gone' : 'could not be asked for'}: ${pin.reason}`];
  });
  const hold = pins.filter((pin) => pin.state === 'same');
  const proofs = Object.entries(PROOFS).flatMap(([proof, words]) => {
    const count = hold.filter((pin) => pin.proof === proof).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
  const how = proofs.length === 0 ? '' : ` (${proofs.join(', ')})`;
  const bytes = pins.reduce((sum, pin) => sum + pin.bytes, 0);
  const bad = { changed: 'changed', gone: 'gone', unreached: 'not to be reached', private: 'on mirrors only' } as const;
  const rest = Object.entries(bad).flatMap(([state, words]) => {
    const some = pins.filter((pin) => pin.state === state).length;
    return some === 0 ? [] : [`${some} ${words}`];
  });
  const others = rest.length === 0 ? '' : `; ${rest.join(', ')}`;
  const verb = hold.length === 1 ? 'holds' : 'hold';
  return [...lines, `${plural(hold.length, 'pin')} ${verb}${how}${others}. ${formatBytes(bytes)} of files came.`].join(
    '\n',
  );
}
