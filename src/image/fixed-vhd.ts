/** A raw disk becomes a fixed VHD: by 512 bytes behind it, whatever its size, and its holes stay holes. */
import { dirname } from 'node:path';
import { appendBytes, cutFile } from '../host/append-file.ts';
import { makeFolder, moveTo, renameDurably, sizeIfThere, temporaryBeside } from '../host/files.ts';
import { UserError } from '../model/errors.ts';
import { FOOTER_BYTES, makeFixedFooter, type FooterOptions } from './vhd-footer.ts';

const MIB = 2 ** 20;

/**
 * Uses the raw file up: it gets another name and a footer. The VHD appears under its own name whole and synced; if that
 * fails, the raw file is there as before. A crash in between leaves the disk beside the VHD's name, as `.tmp-`.
 *
 * @param vhd on the same file system as the raw file
 * @throws UserError IMAGE_INVALID if the disk is not there, or not a whole number of MiB, which Azure asks for; it is not
 *   made larger, since a GPT has its second copy at the end
 */
export async function turnIntoFixedVhd(
  raw: string,
  vhd: string,
  options: Omit<FooterOptions, 'virtualBytes'>,
): Promise<void> {
  const virtualBytes = await sizeOfDisk(raw);
  await makeFolder(dirname(vhd));
  const temporary = temporaryBeside(vhd);
  await moveTo(raw, temporary);
  try {
    await appendBytes(temporary, makeFixedFooter({ ...options, virtualBytes }));
    await renameDurably(temporary, vhd);
  } catch (error) {
    await cutFile(temporary, virtualBytes);
    await moveTo(temporary, raw);
    throw error;
  }
}

async function sizeOfDisk(raw: string): Promise<number> {
  const bytes = await sizeIfThere(raw);
  if (bytes !== undefined && bytes > 0 && bytes % MIB === 0) return bytes;
  const isVhd = bytes !== undefined && bytes > FOOTER_BYTES && (bytes - FOOTER_BYTES) % MIB === 0;
  const what = bytes === undefined ? 'is not there' : `has ${bytes} bytes, which are no whole number of MiB`;
  throw new UserError('IMAGE_INVALID', `The disk ${raw} ${what}.`, {
    hint: isVhd ? 'It may be a VHD already.' : 'Make the disk a whole number of MiB before it is partitioned.',
  });
}
