/** What the writer of disks wrote is what the readers find on them: each is the other's witness. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDiskFiles, type DiskFiles } from '../../../src/image/files/disk-files.ts';
import { inspectVhd } from '../../../src/image/inspect-vhd.ts';
import { openVhd, type OpenVhd } from '../../../src/image/open-vhd.ts';
import { makeRootTree, type RootEntry } from '../../../src/image/root-tree.ts';
import { writeDisk } from '../../../src/image/write-disk.ts';
import { sha256 } from '../../../src/model/digest.ts';
import { bootEntries, folder, hardlink, hostFile, link, SETTINGS, textFile } from '../../rig/boot-tree.ts';
import { Scratch } from '../../rig/scratch.ts';

const scratch = new Scratch();
const { signal } = new AbortController();
let vhd: OpenVhd;
let opened: Extract<DiskFiles, { readonly state: 'read' }>;
let tree: ReturnType<typeof makeRootTree>;

beforeAll(async () => {
  scratch.write('large', Buffer.concat([Buffer.alloc(3 * 2 ** 20, 'data'), Buffer.alloc(2 ** 20), Buffer.from('end')]));
  const entries: readonly RootEntry[] = [
    ...bootEntries(scratch),
    folder('/odd', { mode: 0o1777, uid: 70_000, gid: 70_001 }),
    ...['a b', 'quo"te', 'ünïcödé ✓', 'back\\slash', '*?[x]'].map((name) => textFile(`/odd/${name}`, `of ${name}`)),
    ...Array.from({ length: 500 }, (_, each) => textFile(`/odd/one-of-many-${each}`, `${each}`, { mode: 0o4750 })),
    link('/odd/long', `/${'x'.repeat(200)}`),
    link('/odd/short', 'a b'),
    hostFile('/large', scratch.path('large')),
    hardlink('/odd/again', '/large'),
  ];
  tree = makeRootTree(entries);
  const out = scratch.path('disk.vhd');
  await writeDisk({ tree, settings: SETTINGS, out, signal });
  const { table } = await inspectVhd(out, { shown: out, signal });
  vhd = await openVhd(out, out);
  if (vhd.disk === undefined || table === undefined) throw new Error('the disk is not fixed');
  const files = await openDiskFiles(vhd.disk, table);
  if (files.state !== 'read') throw new Error(files.why);
  opened = files;
});
afterAll(async () => {
  await vhd[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

/** The entry as one value: kind, owner and mode, and the target of a link or the hash of a content. */
function described(entry: RootEntry): readonly unknown[] {
  const { kind, mode, uid, gid } = entry;
  if (kind === 'hardlink') return described(tree.get(entry.target) ?? entry);
  if (kind === 'link') return [kind, entry.target];
  if (kind === 'folder') return [kind, mode, uid, gid];
  const content = 'text' in entry.content ? Buffer.from(entry.content.text) : readFileSync(entry.content.file);
  return [kind, mode, uid, gid, sha256(content)];
}

async function found(path: string): Promise<readonly unknown[]> {
  const { files } = opened;
  const { kind, mode, uid, gid } = (await files.look(path)) ?? {};
  if (kind === 'link') return [kind, await files.target(path)];
  if (kind === 'folder') return [kind, mode, uid, gid];
  return [kind, mode, uid, gid, sha256((await files.read(path, 2 ** 23)) ?? '')];
}

test('every entry of the tree is there, with its content, its owner and its mode', async () => {
  const entries = [...tree.values()];
  expect(entries.length).toBeGreaterThan(500);
  for (const entry of entries) expect([entry.path, await found(entry.path)]).toEqual([entry.path, described(entry)]);
});

test('the EFI system partition has the files of the signed chain', async () => {
  const names = await opened.esp?.list('/EFI/BOOT');
  expect(names).toEqual(expect.arrayContaining(['bootx64.efi', 'grubx64.efi']));
  const shim = tree.get('/usr/lib/shim/shimx64.efi.signed');
  if (shim?.kind !== 'file' || !('text' in shim.content)) throw new Error('the tree has no shim');
  expect(await opened.esp?.text('/efi/boot/bootx64.efi')).toBe(shim.content.text);
});
