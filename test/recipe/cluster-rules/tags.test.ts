import { expect, test } from 'vitest';
import { clusterMistakes } from '../../rig/cluster-file.ts';

test.each<readonly [Record<string, string>, message: string]>([
  [
    Object.fromEntries(Array.from({ length: 46 }, (_, index) => [`t${index}`, ''])),
    'tags: There are 46 tags. Give at most 45: Azure takes 50, and the template sets 5.',
  ],
  [{ ['n'.repeat(513)]: '' }, 'at most 512 characters, not 513.'],
  [{ owner: 'v'.repeat(257) }, 'tags.owner: "tags.owner" has 257 characters. A value of a tag has at most 256.'],
  [{ 'a/b': '' }, String.raw`A tag cannot be named "a/b". It has none of < > % & \ ? / in it.`],
  [{ '': '' }, 'Give it a name.'],
  [{ azureOwner: '' }, 'Names that begin with microsoft, azure or windows are reserved.'],
  [{ Owner: '', owner: '' }, 'The tags "Owner" and "owner" are one to Azure.'],
])('%#: %s', (tags, message) => {
  expect(clusterMistakes({ tags })).toEqual([expect.stringContaining(message)]);
});

test('45 tags of the greatest length are taken', () => {
  const tags = Array.from({ length: 45 }, (_, index) => [`t${index}`.padEnd(512, 'x'), 'v'.repeat(256)]);
  expect(clusterMistakes({ tags: Object.fromEntries(tags) })).toEqual([]);
});
