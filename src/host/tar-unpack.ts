/** Unpacks package tarballs into the layout in which they are installed, hashing what is read. */
import { open } from 'node:fs/promises';
import { UserError } from '../model/errors.ts';
import { decompressCommand, type Compression } from './compression.ts';
import { diskFull, explainDiskFull } from './disk-space.ts';
import { cleanEnvironment } from './environment.ts';
import { remove } from './files.ts';
import { hashFile, type HashedBytes } from './hash-file.ts';
import { run } from './process.ts';
import { INHERITED_DESCRIPTOR, streamProcess } from './stream-process.ts';
import { makeFolderNow } from './make-folder.ts';

export interface UnpackOptions {
  readonly compression: Compression;
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/**
 * Unpacks a tarball into a folder, which it makes: modes and times as in the tarball, owner this user.
 *
 * A tarball of a package is trusted for its hash, not for its content: GNU tar leaves nothing outside of the folder
 * (it drops a leading `/`, refuses `..`, and makes links only when all files are written), and whatever it has to say
 * about an entry is a refusal here. Devices, pipes and sockets are refused too. Nothing is left of a refused one.
 *
 * @returns hash and size of the tarball as it was read, for the caller to compare before it uses the folder
 * @throws UserError ARCHIVE_REFUSED, DISK_FULL, HOST_INCOMPLETE
 */
export async function unpack(tarPath: string, folder: string, options: UnpackOptions): Promise<HashedBytes> {
  makeFolderNow(folder);
  try {
    return await unpackInto(folder, tarPath, options);
  } catch (error) {
    await remove(folder);
    throw explainDiskFull(error, folder);
  }
}

/** One open file for both, so that the bytes hashed are the bytes unpacked; side by side, as tar reads files fastest. */
async function unpackInto(folder: string, tarPath: string, options: UnpackOptions): Promise<HashedBytes> {
  await using file = await open(tarPath, 'r');
  const args = [
    '--extract',
    `--file=/dev/fd/${INHERITED_DESCRIPTOR}`,
    `--use-compress-program=${decompressCommand(options.compression, options.threads)}`,
    '--preserve-permissions',
    '--no-same-owner',
    '--delay-directory-restore',
    '--warning=no-timestamp',
    '--no-xattrs',
    '--no-acls',
    '--no-selinux',
    '-C',
    folder,
  ];
  const { signal } = options;
  const hashing = hashFile(file, signal);
  const unpacking = streamProcess('tar', args, { env: cleanEnvironment(), signal, descriptor: file.fd });
  // Both have ended before a failure of either is told: the file is closed and the folder removed then.
  await Promise.allSettled([unpacking, hashing]);
  const { status, stderr } = await unpacking;
  if (stderr.includes('No space left on device')) throw diskFull(folder);
  const complaint = status === 0 && stderr === '' ? await specialFile(folder) : firstLine(stderr);
  if (complaint !== undefined) throw refused(tarPath, complaint);
  return await hashing;
}

async function specialFile(folder: string): Promise<string | undefined> {
  const ordinary = ['-type', 'f', '-o', '-type', 'd', '-o', '-type', 'l'];
  const { stdout } = await run('find', [folder, '!', '(', ...ordinary, ')', '-printf', '%P', '-quit'], {
    env: cleanEnvironment(),
  });
  return stdout === '' ? undefined : `${stdout} is a device, a pipe or a socket`;
}

function firstLine(stderr: string): string {
  return stderr.trim().split('\n')[0] ?? '';
}

function refused(tarPath: string, complaint: string): UserError {
  return new UserError('ARCHIVE_REFUSED', `The tarball ${tarPath} was refused: ${complaint}`, {
    hint: 'Remove it from the store, so that the package is built or fetched again.',
  });
}
