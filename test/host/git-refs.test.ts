import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { gitRefs } from '../../src/host/git-refs.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { Scratch } from '../rig/scratch.ts';
import { serve } from '../rig/web-server.ts';

test('branches and tags with their commits; an annotated tag stands for what it is on', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('upstream'));
  const one = repository.commit('one');
  repository.git('tag', 'light');
  const two = repository.commit('two');
  repository.git('tag', '-a', '-m', 'two', 'rel/annotated');
  const refs = await gitRefs(scratch.path('git'), pathToFileURL(repository.folder).href, { retryBaseMs: 1 });
  expect([...refs.heads]).toEqual([['main', two]]);
  expect([...refs.tags]).toEqual([
    ['light', one],
    ['rel/annotated', two],
  ]);
});

test('a server that never answers is given up', async () => {
  using scratch = new Scratch();
  await using server = await serve(() => undefined);
  const work = gitRefs(scratch.path('git'), `${server.url}/x.git`, { retryBaseMs: 1, stallSeconds: 1 });
  await expect(work).rejects.toThrow(/too slow|timed out/i);
});
