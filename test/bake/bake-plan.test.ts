import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planBake } from '../../src/bake/bake-plan.ts';
import { readDefinition, readLock } from '../../src/bake/image-definitions.ts';

test('ignores are no content of a disk: no id depends on them', async () => {
  const read = await readDefinition('.', 'node', []);
  const lock = await readLock('.', read);
  const source = { variant: undefined, bootstrap: 'a'.repeat(40), packages: [], version: '1.7.0', release: undefined };
  const idsWith = (ignores: typeof read.definition.ignores) => {
    const definition = { ...read, definition: { ...read.definition, ignores } };
    return planBake({ definition, lock, hooks: [], source, version: undefined }).ids;
  };
  const ignore = fc.record({ rule: fc.string(), reason: fc.string() });
  const ids = idsWith([]);
  fc.assert(
    fc.property(fc.array(ignore), (ignores) => {
      expect(idsWith(ignores)).toEqual(ids);
    }),
  );
});
