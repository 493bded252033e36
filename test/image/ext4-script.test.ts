import { expect, test } from 'vitest';
import { composeExt4Script } from '../../src/image/ext4-script.ts';
import { makeRootTree } from '../../src/image/root-tree.ts';
import { folder, hardlink, link, textFile } from '../rig/boot-tree.ts';

const OPTIONS = { epochSeconds: 1_700_000_000, folder: '/stage' };

test('the script of a tree, line by line', () => {
  const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
  const tree = makeRootTree([
    folder('/', { mode: 0o755, mtime: 5 }),
    folder('/bin'),
    textFile('/bin/ping', 'ping', { mode: 0o755, xattrs: { 'security.capability': capability } }),
    { ...textFile('/bin/su do', ''), mode: 0o4755, uid: 70_001, gid: 3, content: { file: '/host/a "file"' } },
    hardlink('/also', '/bin/ping'),
    hardlink('/bin/third', '/bin/ping'),
    link('/sh', 'bin/sh'),
    textFile('/z', '', { mtime: 0x8000_0000 }),
  ]);
  const { lines, files } = composeExt4Script(tree, OPTIONS);
  expect(lines).toEqual([
    'set_current_time @1700000000',
    'set_inode_field / mode 040755',
    'set_inode_field / mtime @5',
    'mkdir /bin',
    'set_inode_field /bin mode 040755',
    'set_inode_field /bin mtime @1700000000',
    'write /stage/0 /bin/ping',
    'set_inode_field /bin/ping mode 0100755',
    'set_inode_field /bin/ping mtime @1700000000',
    'ea_set -f /stage/1 /bin/ping security.capability',
    'write "/host/a ""file""" "/bin/su do"',
    'set_inode_field "/bin/su do" mode 0104755',
    'set_inode_field "/bin/su do" uid 70001',
    'set_inode_field "/bin/su do" gid 3',
    'set_inode_field "/bin/su do" mtime @1700000000',
    'symlink /sh bin/sh',
    'set_inode_field /sh mode 0120777',
    'set_inode_field /sh mtime @1700000000',
    'write /stage/2 /z',
    'set_inode_field /z mode 0100644',
    'set_inode_field /z mtime @2147483648',
    'set_inode_field /z mtime_extra 1',
    'expand_dir /',
    'expand_dir /bin',
    'ln /bin/ping /also',
    'ln /bin/ping /bin/third',
    'set_inode_field /bin/ping links_count 3',
  ]);
  expect([...files]).toEqual([
    ['/stage/0', 'ping'],
    ['/stage/1', capability],
    ['/stage/2', ''],
  ]);
});

test('the folder that e2fsck puts its finds into is there already, and only gets its mode', () => {
  const { lines } = composeExt4Script(makeRootTree([folder('/lost+found', { mode: 0o700 })]), OPTIONS);
  expect(lines[1]).toBe('set_inode_field /lost+found mode 040700');
});

test('what cannot stand in a line is refused by name', () => {
  const compose = (entry: Parameters<typeof makeRootTree>[0]) => () => composeExt4Script(makeRootTree(entry), OPTIONS);
  expect(compose([textFile('/a\nb', '')])).toThrow('"/a\\nb" cannot be written to a disk: it has a line break');
  expect(compose([link('/a', 'b\rc')])).toThrow('"/a" cannot be written to a disk: it has a line break');
  const deep = Array.from({ length: 33 }, (_, index) => folder(`/${'d'.repeat(250)}`.repeat(index + 1)));
  expect(compose(deep)).toThrow('it has names that are too long together');
});
