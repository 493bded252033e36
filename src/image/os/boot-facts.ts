/** How the image boots: entries of its boot loaders, and what firmware finds on its EFI system partition. */
import type { ImageFiles } from '../files/image-files.ts';
import { readGrubConfig, readGrubEnvironment, readLoaderEntry, type BootEntry } from './boot-entries.ts';

export interface BootFacts {
  readonly entries: readonly BootEntry[];
  /** Programs at the place where firmware looks on a disk that it does not know; undefined: no such partition. */
  readonly efiPrograms: readonly string[] | undefined;
}

const GRUB_FOLDERS = ['/boot/grub', '/boot/grub2'];

/** @param esp files of the EFI system partition, if there is one that can be read */
export async function readBoot(files: ImageFiles, esp: ImageFiles | undefined): Promise<BootFacts> {
  const environments = await Promise.all(GRUB_FOLDERS.map(async (folder) => files.text(`${folder}/grubenv`)));
  const variables = new Map(environments.flatMap((text) => [...readGrubEnvironment(text ?? '')]));
  const entries = [
    ...(await entriesIn(files, { grub: GRUB_FOLDERS, loader: '/boot/loader/entries', variables })),
    ...(esp === undefined
      ? []
      : await entriesIn(esp, { grub: await foldersIn(esp, '/efi'), loader: '/loader/entries', variables })),
  ];
  return { entries, efiPrograms: await esp?.list('/efi/boot') };
}

async function foldersIn(files: ImageFiles, folder: string): Promise<string[]> {
  return (await files.list(folder)).map((name) => `${folder}/${name}`);
}

interface Places {
  readonly grub: readonly string[];
  readonly loader: string;
  readonly variables: ReadonlyMap<string, string>;
}

async function entriesIn(files: ImageFiles, { grub, loader, variables }: Places): Promise<BootEntry[]> {
  const entries: BootEntry[] = [];
  for (const file of grub.map((folder) => `${folder}/grub.cfg`)) {
    const text = await files.text(file);
    if (text !== undefined) entries.push(...readGrubConfig({ file, text, variables }));
  }
  for (const name of await files.list(loader)) {
    const file = `${loader}/${name}`;
    const text = name.endsWith('.conf') ? await files.text(file) : undefined;
    if (text !== undefined) entries.push(...readLoaderEntry({ file, text, variables }));
  }
  return entries;
}
