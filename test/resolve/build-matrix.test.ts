import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildMatrix, type BuildMatrix } from '../../src/resolve/build-matrix.ts';
import { waveMs } from '../../src/resolve/even-waves.ts';
import { graphOf, reachable } from '../../src/resolve/graph.ts';
import { packJobs, type Work } from '../../src/resolve/pack-jobs.ts';
import type { ComponentKey, Plan } from '../../src/resolve/plan.ts';
import { cutIntoWaves } from '../../src/resolve/waves.ts';
import { planMemory } from '../rig/memory-plan.ts';

/** Work of which each piece may need any of those before it. */
const someWork = fc
  .array(fc.tuple(fc.nat(500_000), fc.array(fc.nat(40), { maxLength: 3 })), { maxLength: 25 })
  .map((rows) =>
    rows.map(([durationMs, needs], index): Work => {
      const before = new Set(index === 0 ? [] : needs.map((need) => `c${need % index}|null`));
      return { key: `c${index}|null`, needs: [...before], durationMs };
    }),
  );

const someOptions = fc.record({ waves: fc.integer({ min: 1, max: 5 }), agents: fc.integer({ min: 1, max: 6 }) });

function planOf(works: readonly Work[]): Plan {
  const names = (keys: readonly ComponentKey[]): readonly string[] => keys.map((key) => key.replace('|null', ''));
  const recipes = works.map(({ key, needs }) => [
    `${names([key])[0]}/buildinfo.json`,
    { docker: 'image', requires: names(needs) },
  ]);
  return planMemory(Object.fromEntries(recipes)).plan;
}

/** A plan, what is to be built of it, and how it is cut. */
const somePlan = fc.tuple(someWork, fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }), someOptions);

function durationsOf(works: readonly Work[], isBuilt: readonly boolean[]): ReadonlyMap<ComponentKey, number> {
  return new Map(works.filter((_, index) => isBuilt[index]).map(({ key, durationMs }) => [key, durationMs]));
}

/** Wave, job and place in the job of every component. */
function placesOf({ waves }: BuildMatrix): readonly (readonly [ComponentKey, number, number, number])[] {
  return waves.flatMap((jobs, wave) =>
    jobs.flatMap(({ components }, job) => components.map((key, place) => [key, wave, job, place] as const)),
  );
}

test('everything to build is built exactly once, in as many waves and jobs as were allowed', () => {
  fc.assert(
    fc.property(somePlan, ([works, isBuilt, options]) => {
      const durations = durationsOf(works, isBuilt);
      const matrix = buildMatrix(planOf(works), durations, options);
      const built = placesOf(matrix).map(([key]) => key);
      expect(built.toSorted()).toEqual([...durations.keys()].toSorted());
      expect(matrix.count).toBe(durations.size);
      expect(matrix.waves.length).toBeLessThanOrEqual(options.waves);
      for (const jobs of matrix.waves) {
        expect(jobs.length).toBeGreaterThan(0);
        expect(jobs.length).toBeLessThanOrEqual(options.agents);
        for (const { components } of jobs) expect(components).not.toEqual([]);
      }
    }),
  );
});

test('what a component requires, directly or not, is built in a wave before it, or before it in its job', () => {
  fc.assert(
    fc.property(somePlan, ([works, isBuilt, options]) => {
      const plan = planOf(works);
      const places = placesOf(buildMatrix(plan, durationsOf(works, isBuilt), options));
      const graph = graphOf(plan);
      for (const [key, wave, job, place] of places) {
        const required = reachable(graph, [key]);
        const late = places.filter(([other, otherWave, otherJob, otherPlace]) => {
          if (other === key || !required.has(other)) return false;
          return !(otherWave < wave || (otherWave === wave && otherJob === job && otherPlace < place));
        });
        expect(late).toEqual([]);
      }
    }),
  );
});

test('the matrix is the same each time', () => {
  fc.assert(
    fc.property(somePlan, ([works, isBuilt, options]) => {
      const durations = durationsOf(works, isBuilt);
      const again = new Map([...durations].toReversed());
      expect(buildMatrix(planOf(works), again, options)).toEqual(buildMatrix(planOf(works), durations, options));
    }),
  );
});

test('no job is longer than an equal share and the longest piece that cannot be divided', () => {
  fc.assert(
    fc.property(someWork, fc.integer({ min: 1, max: 6 }), (works, agents) => {
      const jobs = packJobs(works, agents);
      const groups = packJobs(works, Infinity);
      const total = works.reduce((sum, { durationMs }) => sum + durationMs, 0);
      expect(jobs.reduce((sum, { durationMs }) => sum + durationMs, 0)).toBe(total);
      const most = total / agents + (groups[0]?.durationMs ?? 0) * (1 - 1 / agents);
      expect(jobs[0]?.durationMs ?? 0).toBeLessThanOrEqual(most + 1e-6);
    }),
  );
});

test('waves take no longer than all of it in one', () => {
  fc.assert(
    fc.property(someWork, someOptions, (works, options) => {
      const byKey = new Map(works.map((work) => [work.key, work]));
      const waves = cutIntoWaves(works, options).map((jobs) =>
        jobs.flatMap(({ components }) => components.flatMap((key) => byKey.get(key) ?? [])),
      );
      const total = waves.reduce((sum, wave) => sum + waveMs(wave, options.agents), 0);
      expect(total).toBeLessThanOrEqual(waveMs(works, options.agents));
    }),
  );
});

const MINUTE = 60_000;

function piece(key: string, minutes: number, ...needs: readonly string[]): Work {
  return { key, needs, durationMs: minutes * MINUTE };
}

test('a chain is no reason for a second wave: one agent builds it', () => {
  const works = [piece('a', 9), piece('b', 9, 'a'), piece('c', 9, 'b'), piece('other', 20)];
  const waves = cutIntoWaves(works, { waves: 3, agents: 4 });
  expect(waves.map((jobs) => jobs.map(({ components }) => components))).toEqual([[['a', 'b', 'c'], ['other']]]);
});

test('a library that many things need comes first, and what needs it spreads over the agents of the next wave', () => {
  const users = ['p', 'q', 'r', 's'].map((key) => piece(key, 10, 'lib'));
  const waves = cutIntoWaves([piece('lib', 5), ...users], { waves: 3, agents: 2 });
  const jobs = [['lib'], ['p', 'r'], ['q', 's']];
  expect(waves.flatMap((wave) => wave.map(({ components }) => components))).toEqual(jobs);
  expect(waves).toHaveLength(2);
});

test('what nobody waits for is built where agents have nothing else to do', () => {
  const users = ['p', 'q'].map((key) => piece(key, 30, 'lib'));
  const [first, second] = cutIntoWaves([piece('lib', 10), ...users, piece('alone', 10)], { waves: 2, agents: 2 });
  expect(first?.map(({ components }) => components)).toEqual([['alone'], ['lib']]);
  expect(second?.map(({ components }) => components)).toEqual([['p'], ['q']]);
});

test('a package that is there may require one that is gone, which has to be built before what needs both', () => {
  const works = [piece('c0|null', 1), piece('c1|null', 1, 'c0|null'), piece('c2|null', 1, 'c1|null')];
  const durations = new Map([
    ['c0|null', MINUTE],
    ['c2|null', MINUTE],
  ]);
  const { waves } = buildMatrix(planOf(works), durations, { waves: 1, agents: 2 });
  expect(waves).toEqual([[{ components: ['c0|null', 'c2|null'], durationMs: 2 * MINUTE }]]);
});

test('a component of which no duration is known counts as the median of the others', () => {
  const works = [piece('c0|null', 1), piece('c1|null', 1), piece('c2|null', 1), piece('c3|null', 1)];
  const durations = new Map([
    ['c0|null', 1],
    ['c1|null', 7],
    ['c2|null', 90],
    ['c3|null', undefined],
  ]);
  const { waves, unknown } = buildMatrix(planOf(works), durations, { waves: 1, agents: 1 });
  expect(unknown).toEqual(['c3|null']);
  expect(waves[0]?.[0]?.durationMs).toBe(1 + 7 + 90 + 7);
});

test('nothing to build gives no wave', () => {
  const matrix = buildMatrix(planOf([piece('c0|null', 1)]), new Map(), { waves: 3, agents: 2 });
  expect(matrix).toEqual({ count: 0, waves: [], unknown: [] });
});

test('a long chain, and a wide tree of a thousand components, are cut in good time', () => {
  const chain = Array.from({ length: 1000 }, (_, index) =>
    piece(`c${index}`, 1, ...(index === 0 ? [] : [`c${index - 1}`])),
  );
  expect(cutIntoWaves(chain, { waves: 3, agents: 8 })).toHaveLength(1);
  const wide = Array.from({ length: 1000 }, (_, index) =>
    piece(`c${index}`, 1, ...(index < 10 ? [] : [`c${index % 10}`])),
  );
  const jobs = cutIntoWaves(wide, { waves: 3, agents: 8 }).flat();
  expect(new Set(jobs.flatMap(({ components }) => components)).size).toBe(1000);
}, 20_000);
