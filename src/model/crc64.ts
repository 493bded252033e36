/**
 * CRC-64/NVME, by which Blob Storage checks what comes to it (`x-ms-content-crc64`). It takes that of each page write
 * whether it is asked to or not, so that a check by it costs the service nothing, where one by MD5 does; and with eight
 * bytes at a time it is the faster one here, too.
 *
 * @see https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-nvme
 */

/** The polynomial, bits in reverse. In two halves, since numbers have no 64 bits and big ones are slow. */
const POLYNOMIAL = { high: 0x9a6c9329, low: 0xac4bc9b5 };
const SLICE = 256;
const SLICES = 8;
const WORD = Int32Array.BYTES_PER_ELEMENT;
const { high: HIGH, low: LOW } = tables();

/** @returns its eight bytes, as the service writes them: the lowest first */
export function crc64(bytes: Uint8Array): Uint8Array {
  // Words can be read only where they may stand, which is where every buffer of its own begins.
  const isAligned = bytes.byteOffset % WORD === 0;
  const words = isAligned
    ? new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / SLICES) * 2)
    : NONE;
  const [high, low] = ofRest(bytes.subarray(words.byteLength), ofPairs(words));
  const out = new DataView(new ArrayBuffer(SLICES));
  out.setInt32(0, ~low, true);
  out.setInt32(WORD, ~high, true);
  return new Uint8Array(out.buffer);
}

type State = readonly [high: number, low: number];

const NONE = new Int32Array();

/** Nothing is made in the loop: lists of the eight places in it would take five times as long. */
function ofPairs(words: Int32Array): State {
  let high = -1;
  let low = -1;
  for (let at = 0; at < words.length; at += 2) {
    const first = low ^ (words[at] ?? 0);
    const second = high ^ (words[at + 1] ?? 0);
    const a = 0x700 | (first & 255);
    const b = 0x600 | ((first >>> 8) & 255);
    const c = 0x500 | ((first >>> 16) & 255);
    const d = 0x400 | (first >>> 24);
    const e = 0x300 | (second & 255);
    const f = 0x200 | ((second >>> 8) & 255);
    const g = 0x100 | ((second >>> 16) & 255);
    const h = second >>> 24;
    low = of(LOW, a) ^ of(LOW, b) ^ of(LOW, c) ^ of(LOW, d) ^ of(LOW, e) ^ of(LOW, f) ^ of(LOW, g) ^ of(LOW, h);
    high =
      of(HIGH, a) ^ of(HIGH, b) ^ of(HIGH, c) ^ of(HIGH, d) ^ of(HIGH, e) ^ of(HIGH, f) ^ of(HIGH, g) ^ of(HIGH, h);
  }
  return [high, low];
}

function of(table: Int32Array, at: number): number {
  return table[at] ?? 0;
}

function ofRest(bytes: Uint8Array, [high, low]: State): State {
  for (const byte of bytes) {
    const index = (low ^ byte) & 255;
    low = ((low >>> 8) | (high << 24)) ^ (LOW[index] ?? 0);
    high = (high >>> 8) ^ (HIGH[index] ?? 0);
  }
  return [high, low];
}

/** Of slice n: what a byte does when n further ones follow it. */
function tables(): { readonly high: Int32Array; readonly low: Int32Array } {
  const [high, low] = [new Int32Array(SLICE * SLICES), new Int32Array(SLICE * SLICES)];
  for (let byte = 0; byte < SLICE; byte += 1) [high[byte], low[byte]] = ofByte(byte);
  for (let at = SLICE; at < high.length; at += 1) {
    const [h, l] = [high[at - SLICE] ?? 0, low[at - SLICE] ?? 0];
    low[at] = ((l >>> 8) | (h << 24)) ^ (low[l & 255] ?? 0);
    high[at] = (h >>> 8) ^ (high[l & 255] ?? 0);
  }
  return { high, low };
}

function ofByte(byte: number): State {
  let [high, low] = [0, byte];
  for (let bit = 0; bit < 8; bit += 1) {
    const isOdd = (low & 1) === 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (isOdd) [high, low] = [high ^ POLYNOMIAL.high, low ^ POLYNOMIAL.low];
  }
  return [high, low];
}
