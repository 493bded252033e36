/** Writes an EFI system partition: a FAT in a part of a disk, with a few files. */
import { temporaryFolder } from '../host/files.ts';
import { writeTextNow } from '../host/quick-files.ts';
import { SECTOR_BYTES } from './disk.ts';
import { runDiskTool, type ToolOptions } from './disk-tools.ts';
import type { FileEntry } from './root-tree.ts';

export interface EspOptions extends Pick<ToolOptions, 'epochSeconds' | 'signal'> {
  readonly startByte: number;
  readonly bytes: number;
  /** Eight hex digits. */
  readonly serial: string;
  /** A folder for what mcopy reads. */
  readonly work: string;
}

/** By paths such as `EFI/BOOT/BOOTX64.EFI`. */
export type EspFiles = ReadonlyMap<string, FileEntry['content']>;

/** The part of the disk has to be a hole. */
export async function writeEsp(files: EspFiles, disk: string, options: EspOptions): Promise<void> {
  const { startByte, bytes, serial, epochSeconds, work } = options;
  const tool: ToolOptions = { epochSeconds, signal: options.signal, disk };
  const sector = `${startByte / SECTOR_BYTES}`;
  await runDiskTool(
    'mkfs.vfat',
    [
      // Invariant comes first: it sets a serial number as well.
      ...['--invariant', '-F', '16', '-s', '4', '-i', serial, '-n', 'ESP', '-h', sector, '--offset', sector],
      ...[disk, `${bytes / 1024}`],
    ],
    // It finds the disk to be larger than the part that it was told of.
    { ...tool, expected: /^Warning: block count mismatch: [^\n]*$/m },
  );
  await using folder = await temporaryFolder(work, 'esp');
  const image = `${disk}@@${startByte}`;
  await runDiskTool('mmd', ['-i', image, ...foldersOf(files.keys()).map(inside)], tool);
  let count = 0;
  for (const [path, content] of files) {
    const source = 'file' in content ? content.file : `${folder.path}/${(count += 1)}`;
    if ('text' in content) writeTextNow(source, content.text);
    await runDiskTool('mcopy', ['-i', image, source, inside(path)], tool);
  }
}

function inside(path: string): string {
  return `::/${path}`;
}

/** Each folder behind the one that it is in. */
function foldersOf(paths: Iterable<string>): string[] {
  const folders = [...paths].flatMap((path) => {
    const names = path.split('/').slice(0, -1);
    return names.map((_, index) => names.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)];
}
