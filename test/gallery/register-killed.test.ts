/** Registrations that are killed at every request that changes something, whether the service has heard of it or not. */
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { part } from '../rig/arm-resources.ts';
import type { Running } from '../rig/rig.ts';
import { GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.startUploaded();
});
afterEach(async () => await rig[Symbol.asyncDispose]());

function journals(): readonly string[] {
  const folder = rig.rig.path('out/state/registrations');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}

/**
 * Runs it again and again, each run killed at the first request at which none was before.
 *
 * @returns what was asked when they were killed, and the end of the run that was not
 */
async function runKilled(fault: 'cut' | 'lost', args: readonly string[]) {
  const killedAt = new Set<string>();
  for (;;) {
    let running: Running | undefined;
    let isKilled = false;
    rig.arm.script = ({ method, url, body }) => {
      const key = `${method} ${new URL(url, rig.arm.url).pathname.split('/Microsoft.Compute/')[1]} ${JSON.stringify(body)}`;
      if (method === 'GET' || killedAt.has(key) || isKilled) return isKilled ? 'cut' : undefined;
      killedAt.add(key);
      isKilled = true;
      running?.kill('SIGKILL');
      return fault;
    };
    running = rig.start(args);
    const end = await running.end;
    if (!isKilled) return { end, steps: [...killedAt].map((key) => key.split(' ').slice(0, 2).join(' ')) };
  }
}

test.each(['cut', 'lost'] as const)(
  'killed at each request, its answer %s, a registration comes to its end',
  async (fault) => {
    const { end, steps } = await runKilled(fault, ['register', 'node', 'images', '--tested']);
    expect([end.status, end.stderr.includes('error')]).toEqual([0, false]);
    const version = 'PUT galleries/dcos/images/node/versions/1.7.0';
    expect(steps).toEqual(['PUT galleries/dcos', 'PUT galleries/dcos/images/node', version, version]);
    const made = rig.arm.find('galleries/dcos/images/node/versions/1.7.0');
    expect(part(made?.body, 'properties', 'publishingProfile')).toMatchObject({ excludeFromLatest: false });
    expect(journals()).toEqual([]);
  },
);

test.each(['cut', 'lost'] as const)(
  'killed at each request of its clean-up, its answer %s, nothing is left',
  async (fault) => {
    rig.arm.brokenRegions.set('northeurope', 'No room.');
    const { end, steps } = await runKilled(fault, ['register', 'node', 'images']);
    expect([end.status, end.stderr]).toEqual([1, expect.stringContaining('northeurope (No room)')]);
    const removals = steps.filter((step) => step.startsWith('DELETE'));
    expect(removals.toSorted()).toEqual([
      'DELETE galleries/dcos',
      'DELETE galleries/dcos/images/node',
      'DELETE galleries/dcos/images/node/versions/1.7.0',
    ]);
    expect(rig.arm.find('galleries/dcos')).toBeUndefined();
    expect(journals()).toEqual([]);
  },
);

test('what cannot be removed is named, and removed by the next run', async () => {
  rig.arm.brokenRegions.set('northeurope', 'No room.');
  rig.arm.failingRemovals.set('1.7.0', 'Not now.');
  const { status, stderr } = await rig.run('register', 'node', 'images');
  expect([status, stderr]).toEqual([
    1,
    expect.stringContaining('Not removed, and known to the next run: version 1.7.0.'),
  ]);
  expect(journals()).toHaveLength(1);
  rig.arm.failingRemovals.clear();
  const next = await rig.run('register', 'node', 'images');
  expect(next.stderr).toContain('What this made is removed again: version 1.7.0, definition node, gallery dcos.');
  expect([rig.arm.find('galleries/dcos'), journals()]).toEqual([undefined, []]);
});
