/** Root file systems as plain files: what is refused of the archive that they come in. */
import { expect, test, vi } from 'vitest';
import { unpackPlain } from '../../src/host/plain-root.ts';
import { openFiles } from '../rig/open-files.ts';
import { Scratch } from '../rig/scratch.ts';
import { type RawEntry, tarBytes } from '../rig/tar-bytes.ts';

/** So long that it is not read at once. */
const LONG: RawEntry = { name: 'long', content: 'x'.repeat(3 * 2 ** 20) };

test.each<[what: string, entry: RawEntry, message: string]>([
  ['a file in a folder that is not there', { name: 'none/file', content: 'x' }, '/none is no folder there'],
  ['a file beyond a link', { name: 'link/file', content: 'x' }, '/link is no folder there'],
  ['a path that is there twice', { name: 'link', content: 'x' }, '/link is there twice'],
  [
    'a link to what is no file',
    { name: 'hard', type: '1', target: 'link' },
    '/hard is a link to /link, which is no file',
  ],
  ['a device', { name: 'device', type: '3' }, 'is a character device'],
])('%s is refused, and the archive is closed', async (_, entry, message) => {
  using scratch = new Scratch();
  const link: RawEntry = { name: 'link', type: '2', target: '/tmp' };
  scratch.write('root.tar', tarBytes([link, entry, LONG]));
  await expect(unpackPlain(scratch.path('root.tar'), scratch.path('root'))).rejects.toThrow(message);
  await vi.waitFor(() => expect(openFiles()).not.toContain(scratch.path('root.tar')));
});
