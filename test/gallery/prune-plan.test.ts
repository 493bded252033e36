/** What prune decides, whatever versions there are. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planPrune, type PruneRules, type PruneVersion } from '../../src/gallery/prune-plan.ts';
import { compareVersions } from '../../src/gallery/resource-ids.ts';

const NOW = 1000;
const REGIONS = ['westeurope', 'northeurope'];

const versionOf = fc.record({
  isOwn: fc.boolean(),
  state: fc.constantFrom('Succeeded', 'Succeeded', 'Failed', 'Creating', 'Deleting'),
  publishedMs: fc.option(fc.nat(NOW), { nil: undefined }),
  endOfLifeMs: fc.option(fc.nat(2 * NOW), { nil: undefined }),
  blocksDeletion: fc.boolean(),
  openRegions: fc.subarray(REGIONS),
  users: fc.constantFrom<readonly string[]>([], [], ['/vm/a']),
});
const versionsOf = fc
  .uniqueArray(fc.tuple(fc.nat(2), fc.nat(12), fc.nat(2)), { maxLength: 12, selector: (numbers) => numbers.join('.') })
  .chain((numbers) =>
    fc.tuple(
      ...numbers.map((each) => versionOf.map((rest) => ({ version: each.join('.'), id: each.join('.'), ...rest }))),
    ),
  );
const rulesOf = fc.record({ keep: fc.integer({ min: 1, max: 5 }), unusedForMs: fc.nat(NOW), nowMs: fc.constant(NOW) });

const goneOf = (versions: readonly PruneVersion[], rules: PruneRules): ReadonlySet<string> =>
  new Set(planPrune(versions, rules).flatMap(({ version, reason }) => (reason === undefined ? [version] : [])));
const newest = (versions: readonly PruneVersion[]) =>
  versions.toSorted((a, b) => compareVersions(b.version, a.version))[0];
const isWhole = ({ state }: PruneVersion): boolean => state === 'Succeeded';

test('what is used, not our own, under way, young or kept by Azure never goes', () => {
  fc.assert(
    fc.property(versionsOf, rulesOf, (versions, rules) => {
      const gone = goneOf(versions, rules);
      for (const each of versions.filter(({ version }) => gone.has(version))) {
        expect(each).toMatchObject({ isOwn: true, users: [] });
        expect(['Succeeded', 'Failed']).toContain(each.state);
        expect(each.publishedMs ?? Infinity).toBeLessThanOrEqual(NOW - rules.unusedForMs);
        expect(each.blocksDeletion && (each.endOfLifeMs ?? 0) > NOW).toBe(false);
      }
    }),
  );
});

test('the newest stays, the newest whole ones as many as are kept, and what latest means with and without those that failed', () => {
  fc.assert(
    fc.property(versionsOf, rulesOf, (versions, rules) => {
      const gone = goneOf(versions, rules);
      const whole = versions.filter(isWhole).toSorted((a, b) => compareVersions(b.version, a.version));
      const latest = REGIONS.flatMap((region) => {
        const open = versions.filter(({ openRegions }) => openRegions.includes(region));
        return [newest(open), newest(open.filter(isWhole))];
      });
      const stay = [newest(versions), ...whole.slice(0, rules.keep), ...latest];
      expect(stay.filter((each) => gone.has(each?.version ?? ''))).toEqual([]);
    }),
  );
});

test('who keeps more, or waits longer, loses nothing further; the order of a list and a second run make no difference', () => {
  fc.assert(
    fc.property(versionsOf, rulesOf, fc.nat(3), fc.nat(NOW), (versions, rules, more, longer) => {
      const gone = goneOf(versions, rules);
      const cautious = { ...rules, keep: rules.keep + more, unusedForMs: rules.unusedForMs + longer };
      expect(goneOf(versions, cautious).isSubsetOf(gone)).toBe(true);
      expect(goneOf(versions.toReversed(), rules)).toEqual(gone);
      expect(
        goneOf(
          versions.filter(({ version }) => !gone.has(version)),
          rules,
        ).size,
      ).toBe(0);
    }),
  );
});
