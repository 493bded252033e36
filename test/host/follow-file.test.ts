import { expect, test } from 'vitest';
import { followFile } from '../../src/host/follow-file.ts';
import { Scratch } from '../rig/scratch.ts';

test('an end that fails before the file is open is thrown, and ends no process', async () => {
  using scratch = new Scratch();
  const path = scratch.write('log', 'text\n');
  const taken: string[] = [];
  const following = followFile(path, Promise.reject(new Error('stopped')), async (chunk) => {
    taken.push(Buffer.from(chunk).toString());
  });
  await expect(following).rejects.toThrow('stopped');
  expect(taken.join('')).toBe('text\n');
});
