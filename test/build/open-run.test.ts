import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { foldersBelow } from '../../src/tree/folders.ts';
import { openRun, type RunOptions } from '../../src/build/open-run.ts';
import type { Unstamped } from '../../src/model/event.ts';
import { planMemory } from '../rig/memory-plan.ts';
import { Scratch } from '../rig/scratch.ts';

function optionsFor(scratch: Scratch, more: Partial<RunOptions> = {}): RunOptions {
  return {
    root: scratch.folder,
    folders: foldersBelow(scratch.path('out')),
    plan: planMemory({ 'a/buildinfo.json': {} }).plan,
    emit: () => undefined,
    signal: new AbortController().signal,
    repositories: [],
    mirrors: [],
    offline: true,
    downloads: 1,
    compression: 'xz',
    limits: { timeoutMs: 1000, memoryBytes: 2 ** 20 },
    forced: new Set(),
    checked: new Set(),
    onFailedSandbox: () => Promise.resolve(),
    ...more,
  };
}

test('what a run works in is made, and is gone with the run but for what outlives it', async () => {
  using scratch = new Scratch();
  {
    await using run = await openRun(optionsFor(scratch));
    expect(run.cores).toBeGreaterThan(0);
    expect(readdirSync(scratch.path('out/work'))).toHaveLength(1);
  }
  expect(readdirSync(scratch.path('out')).toSorted()).toEqual([
    'history.sqlite',
    'locks',
    'repository',
    'state',
    'work',
  ]);
  expect(readdirSync(scratch.path('out/work'))).toEqual([]);
});

test('what dead runs have left in the work folder is swept, what living ones use is not', async () => {
  using scratch = new Scratch();
  // Process 1 lives as long as the machine; numbers beyond the kernel's limit belong to nobody.
  scratch.write('out/work/curl--1.tmp-1-abc/src/file');
  scratch.write('out/work/curl--1.tmp-99999999-abc/src/file');
  await using _run = await openRun(optionsFor(scratch));
  const names = readdirSync(scratch.path('out/work'));
  expect(names).toContain('curl--1.tmp-1-abc');
  expect(names).not.toContain('curl--1.tmp-99999999-abc');
});

test('a repository of a scheme that nobody knows is refused, and nothing stays open', async () => {
  using scratch = new Scratch();
  await expect(openRun(optionsFor(scratch, { repositories: ['ftp://example.org'] }))).rejects.toMatchObject({
    code: 'USAGE',
  });
  expect(readdirSync(scratch.path('out/work'))).toEqual([]);
});

test('what stores and sources have to say becomes warnings of the run', async () => {
  using scratch = new Scratch();
  const events: Unstamped[] = [];
  await using run = await openRun(
    optionsFor(scratch, { repositories: [scratch.path('nowhere')], emit: (event) => events.push(event) }),
  );
  const [component] = run.plan.components.values();
  if (component === undefined) throw new Error('no component');
  expect(await run.repositories.find(component.id)).toBeUndefined();
  expect(events).toEqual([
    {
      type: 'notice',
      level: 'warning',
      message: expect.stringMatching(/nowhere is no folder\. .* built here instead/),
    },
  ]);
});
