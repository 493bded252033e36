/**
 * Decompresses the legacy format of LZ4, which is what kernels take. Node has gzip and zstd, and LZ4 would be the only
 * reason for a program.
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, section "Legacy frame"
 */

export const LZ4_LEGACY_MAGIC = 0x184c_2102;
const BLOCK_BYTES = 8 * 2 ** 20;

/** @param most bytes of output @throws RangeError if it is broken or longer */
export function decompressLz4(input: Buffer, most: number): Buffer {
  const blocks: Buffer[] = [];
  let total = 0;
  for (let at = 4; at + 4 <= input.length;) {
    const length = input.readUInt32LE(at);
    // Archives that follow each other, and zeros behind the last one.
    if (length === LZ4_LEGACY_MAGIC) at += 4;
    else if (length === 0) break;
    else {
      if (at + 4 + length > input.length) throw new RangeError('a block of LZ4 is cut short');
      const block = decompressBlock(input.subarray(at + 4, at + 4 + length));
      total += block.length;
      if (total > most) throw new RangeError(`it has more than ${most} bytes`);
      blocks.push(block);
      at += 4 + length;
    }
  }
  return Buffer.concat(blocks);
}

function decompressBlock(input: Buffer): Buffer {
  const output = Buffer.allocUnsafe(BLOCK_BYTES);
  let [from, to] = [0, 0];
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    for (let more = nibble === 15; more; from += 1) {
      const byte = input.readUInt8(from);
      length += byte;
      more = byte === 255;
    }
    return length;
  };
  while (from < input.length) {
    const token = input.readUInt8(from);
    from += 1;
    const literals = lengthOf(token >> 4);
    if (from + literals > input.length || to + literals > BLOCK_BYTES) throw new RangeError('a block of LZ4 is broken');
    to += input.copy(output, to, from, from + literals);
    from += literals;
    if (from >= input.length) break;
    const distance = input.readUInt16LE(from);
    from += 2;
    const end = to + lengthOf(token & 15) + 4;
    if (distance === 0 || distance > to || end > BLOCK_BYTES) throw new RangeError('a block of LZ4 is broken');
    // Byte by byte: what is copied may overlap with where it goes.
    for (; to < end; to += 1) output[to] = output[to - distance] ?? 0;
  }
  return Buffer.from(output.subarray(0, to));
}
