/** How our tarballs are compressed: the programs, and the options that make the bytes independent of the machine. */

export type Compression = 'xz' | 'zst';

/** Levels at which tarballs are made unless told otherwise: pkgpanda's for xz, zstd's own default. */
const DEFAULT_LEVEL: Readonly<Record<Compression, number>> = { xz: 6, zst: 3 };

/**
 * Size of the blocks that xz compresses independently: what lets several threads work, on packages of middling size too.
 * It decides the bytes, so it never depends on the machine. At level 6, 8 MiB costs 2 % of size against one block.
 */
const XZ_BLOCK = '8MiB';

export interface CompressOptions {
  readonly compression: Compression;
  readonly level?: number;
  readonly threads: number;
}

/**
 * The command that compresses its standard input, for `tar --use-compress-program`, which hands it to a shell.
 *
 * xz with one thread codes in another way than with several unless it is told to use its threaded coder (`+`); with it,
 * and a fixed block size, 1, 2 and 4 threads give the same bytes. zstd gives the same bytes for every `-T`.
 */
export function compressCommand({ compression, level = DEFAULT_LEVEL[compression], threads }: CompressOptions): string {
  return compression === 'xz'
    ? `exec xz -${level} --check=crc64 --block-size=${XZ_BLOCK} -T+${threads} -c`
    : `exec zstd -q -${level} ${level > 19 ? '--ultra ' : ''}-T${threads} -c`;
}

/** The command to which tar adds `-d`; this one tar runs without a shell. zstd decompresses in one thread. */
export function decompressCommand(compression: Compression, threads: number): string {
  return compression === 'xz' ? `xz -q -T${threads}` : 'zstd -q';
}

/** What an artifact's name ends in. */
export function tarSuffix(compression: Compression): `.tar.${Compression}` {
  return `.tar.${compression}`;
}
