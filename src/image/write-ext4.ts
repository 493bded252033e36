/** Writes an ext4 file system with all that a tree holds into a part of a disk, without privilege: no file gets an owner here. */
import { temporaryFolder } from '../host/files.ts';
import { writeTextNow } from '../host/quick-files.ts';
import { runDiskTool, type ToolOptions } from './disk-tools.ts';
import { BLOCK_BYTES, INODE_BYTES, planExt4 } from './ext4-plan.ts';
import { composeExt4Script } from './ext4-script.ts';
import type { RootTree } from './root-tree.ts';

export interface Ext4Options extends Pick<ToolOptions, 'epochSeconds' | 'signal'> {
  readonly startByte: number;
  readonly bytes: number;
  readonly id: string;
  readonly hashSeed: string;
  /** A folder for what debugfs reads. */
  readonly work: string;
}

/**
 * What mke2fs of Debian 12 would choose, without `metadata_csum_seed` and `orphan_file`, which its GRUB cannot read.
 * Named one by one, so that no configuration of this machine decides.
 */
const FEATURES = [
  ...['has_journal', 'ext_attr', 'resize_inode', 'dir_index', 'filetype', 'extent', '64bit', 'flex_bg'],
  ...['sparse_super', 'large_file', 'huge_file', 'dir_nlink', 'extra_isize', 'metadata_csum'],
];

/** The part of the disk has to be a hole. Nothing that debugfs says may be ignored: it goes on after a mistake, and ends with 0. */
export async function writeExt4(tree: RootTree, disk: string, options: Ext4Options): Promise<void> {
  const { startByte, bytes, id, hashSeed, epochSeconds, work } = options;
  const tool: ToolOptions = { epochSeconds, signal: options.signal, disk };
  const { blocks, inodes, journalMib } = planExt4(tree, bytes);
  await runDiskTool(
    'mke2fs',
    [
      ...[
        '-q',
        '-F',
        '-T',
        'default',
        '-O',
        `none,${FEATURES.join(',')}`,
        '-b',
        `${BLOCK_BYTES}`,
        '-I',
        `${INODE_BYTES}`,
      ],
      ...['-N', `${inodes}`, '-m', '1', '-J', `size=${journalMib}`, '-L', 'root', '-U', id, '-e', 'remount-ro'],
      // The tables are holes already: not a byte of them is to be written here, nor by the kernel at the first boot.
      ...['-E', `offset=${startByte},hash_seed=${hashSeed},root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0`],
      ...[disk, `${blocks}`],
    ],
    tool,
  );
  await using folder = await temporaryFolder(work, 'ext4');
  const { lines, files } = composeExt4Script(tree, { epochSeconds, folder: folder.path });
  for (const [path, content] of files) writeTextNow(path, content);
  const script = `${folder.path}/script`;
  writeTextNow(script, `${lines.join('\n')}\n`);
  await runDiskTool('debugfs', ['-w', '-f', script, at(disk, startByte)], tool);
}

/** How e2fsprogs are told of a file system that begins within a file. */
function at(disk: string, startByte: number): string {
  return `${disk}?offset=${startByte}`;
}
