import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { formatMirrorIndex, parseMirrorIndex, type MirrorEntry } from '../../src/store/mirror-index.ts';
import { errorsIn } from '../rig/memory-plan.ts';

const anyEntry = fc.record({ seed: fc.string(), bytes: fc.nat(), item: fc.string() }).chain(({ seed, bytes, item }) => {
  const digest = sha256(seed);
  const names = [`sha256/${digest}`, `sha1/${digest.slice(0, 40)}`, `git/${digest.slice(0, 40)}.bundle`];
  return fc.constantFrom(...names).map((name): MirrorEntry => ({ name, bytes, sha256: digest, item }));
});

test('what was written is read, and the order of the entries does not show', () => {
  fc.assert(
    fc.property(fc.array(anyEntry), (entries) => {
      const index = new Map(entries.map((entry) => [entry.name, entry]));
      const text = formatMirrorIndex(index);
      expect(new Map(parseMirrorIndex(text, '/m'))).toEqual(
        new Map([...index].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      );
      expect(formatMirrorIndex(new Map([...index].toReversed()))).toBe(text);
    }),
  );
});

test.each([
  ['', 'it is not JSON'],
  ['[]', 'it is no index of a mirror'],
  ['{"schema": "dcos-build mirror 9", "entries": []}', 'its schema is "dcos-build mirror 9"'],
  ['{"schema": "dcos-build mirror 1", "entries": [{}]}', 'entries[0] has no name, bytes, sha256 and item'],
  [
    `{"schema": "dcos-build mirror 1", "entries": [{"name": "../x", "bytes": 1, "sha256": "${'0'.repeat(64)}", "item": ""}]}`,
    'entries[0] has no name',
  ],
])('%s is refused', (text, reason) => {
  const [error] = errorsIn(() => {
    parseMirrorIndex(text, '/m');
    return [];
  });
  expect(error).toMatchObject({ code: 'MIRROR_INVALID', message: expect.stringContaining(reason) });
});
