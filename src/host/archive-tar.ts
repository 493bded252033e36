/**
 * Reads tar: ustar, pax, GNU long names and the old format before them. Our own, since the names that a library hands
 * out have been through UTF-8, and since a source must not lose an entry that the reader does not know.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13
 * @see https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */
import { type ArchiveEntry, ArchiveRefusal, refuseEntry } from './archive-entry.ts';
import { ByteReader } from './byte-reader.ts';

const BLOCK = 512;
/** A long name or a pax header beyond this is no name. */
const MOST_HEADER_BYTES = 2 ** 20;

const KINDS: Readonly<Record<string, ArchiveEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'folder',
};
const REFUSED: Readonly<Record<string, string>> = {
  '3': 'is a character device',
  '4': 'is a block device',
  '6': 'is a named pipe',
  S: 'is a sparse file, which is not supported',
  M: 'goes on from another volume',
};

/** What pax headers and GNU long names say about the entry that follows them. */
type Override = Map<string, string>;

/** The entries in the order of the archive. Ends at the end mark; what comes after it is read and dropped. */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveEntry> {
  const reader = new ByteReader(chunks);
  let override: Override = new Map();
  for (;;) {
    const header = await reader.read(BLOCK);
    if (header === undefined || header.every((byte) => byte === 0)) break;
    checkSum(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const size = number(header, 124, 12);
    if ('xXgLK'.includes(type)) {
      readOverride(type, await readMeta(reader, size), override);
      continue;
    }
    const entry = readEntry(header, type, override);
    const left = { bytes: entry.kind === 'hardlink' ? 0 : Number(override.get('size') ?? size) };
    if (!Number.isSafeInteger(left.bytes) || left.bytes < 0) throw refuseEntry(entry.name, 'has a broken size');
    const padding = -left.bytes & (BLOCK - 1);
    if (type !== 'V') yield { ...entry, bytes: left.bytes, content: contentOf(reader, left) };
    await reader.skip(left.bytes + padding);
    override = new Map();
  }
  await reader.drain();
}

async function* contentOf(reader: ByteReader, left: { bytes: number }): AsyncGenerator<Uint8Array> {
  while (left.bytes > 0) {
    const chunk = await reader.readUpTo(left.bytes);
    left.bytes -= chunk.length;
    yield chunk;
  }
}

function readEntry(header: Buffer, type: string, override: Override): Omit<ArchiveEntry, 'bytes' | 'content'> {
  const own = text(header, 0, 100);
  const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? text(header, 345, 155) : '';
  const name = override.get('path') ?? (prefix === '' ? own : `${prefix}/${own}`);
  const refused = [...override.keys()].some((key) => key.startsWith('GNU.sparse.')) ? REFUSED['S'] : REFUSED[type];
  if (refused !== undefined) throw refuseEntry(name, refused);
  const kind = type === 'V' ? 'file' : KINDS[type];
  if (kind === undefined) throw refuseEntry(name, `is of the unknown type ${JSON.stringify(type)}`);
  return {
    name,
    kind: kind === 'file' && name.endsWith('/') ? 'folder' : kind,
    target: kind === 'symlink' || kind === 'hardlink' ? (override.get('linkpath') ?? text(header, 157, 100)) : '',
    mode: number(header, 100, 8),
    mtime: Math.floor(Number(override.get('mtime') ?? number(header, 136, 12))),
    owner: {
      uid: Number(override.get('uid') ?? ownerId(header, 108)),
      gid: Number(override.get('gid') ?? ownerId(header, 116)),
    },
    ...xattrsOf(override),
  };
}

/** Most readers do not ask for owners: an archive with a broken one is still a source. */
function ownerId(header: Buffer, at: number): number {
  return (header[at] ?? 0) >= 0x80 ? header.readUInt32BE(at + 4) : Number.parseInt(text(header, at, 8), 8) || 0;
}

const XATTR = 'SCHILY.xattr.';

/** As GNU tar writes them under `--xattrs`, capabilities among them. */
function xattrsOf(override: Override): Pick<ArchiveEntry, 'xattrs'> {
  const found = [...override].filter(([key]) => key.startsWith(XATTR));
  if (found.length === 0) return {};
  return { xattrs: new Map(found.map(([key, value]) => [key.slice(XATTR.length), Buffer.from(value, 'latin1')])) };
}

async function readMeta(reader: ByteReader, size: number): Promise<Buffer> {
  if (size < 0 || size > MOST_HEADER_BYTES) throw new ArchiveRefusal(`it has an extended header of ${size} bytes`);
  const padded = await reader.read(Math.ceil(size / BLOCK) * BLOCK);
  return padded?.subarray(0, size) ?? Buffer.alloc(0);
}

/** Global headers hold comments (git writes the commit); one that would rename every entry is refused. */
function readOverride(type: string, data: Buffer, override: Override): void {
  if (type === 'L') override.set('path', text(data, 0, data.length));
  else if (type === 'K') override.set('linkpath', text(data, 0, data.length));
  else if (type === 'g') {
    const keys = [...readPax(data)].map(([key]) => key);
    if (keys.some((key) => ['path', 'linkpath', 'size'].includes(key))) {
      throw new ArchiveRefusal('it has a global header that changes names or sizes');
    }
  } else for (const [key, value] of readPax(data)) override.set(key, value);
}

/** Records of the form `LENGTH KEY=VALUE\n`, the length counting the whole record in bytes. */
function* readPax(data: Buffer): Generator<readonly [string, string]> {
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const length = Number(data.toString('latin1', at, space < 0 ? at : space));
    const record = data.toString('latin1', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (space < 0 || !Number.isSafeInteger(length) || length < 5 || at + length > data.length || equals < 1) {
      throw new ArchiveRefusal('it has a broken pax header');
    }
    const value = record.slice(equals + 1);
    if (value !== '') yield [record.slice(0, equals), value];
    at += length;
  }
}

/** Up to the first NUL. */
function text(data: Buffer, at: number, length: number): string {
  const end = data.subarray(at, at + length).indexOf(0);
  return data.toString('latin1', at, end < 0 ? at + length : at + end);
}

/** Octal digits, or the big-endian two's complement that GNU tar writes when they do not suffice. */
function number(header: Buffer, at: number, length: number): number {
  const first = header[at] ?? 0;
  if (first >= 0x80) {
    let value = first === 0xff ? -1 : first & 0x7f;
    for (const byte of header.subarray(at + 1, at + length)) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw new ArchiveRefusal('a header holds a number that is too large');
    return value;
  }
  const digits = text(header, at, length).trim();
  if (!/^[0-7]*$/.test(digits)) throw new ArchiveRefusal('a header holds something else than a number');
  return Number.parseInt(digits || '0', 8);
}

/** The sum of the header's bytes, its own field taken as spaces; some old writers added them as signed. */
function checkSum(header: Buffer): void {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK; at += 1) {
    const byte = at >= 148 && at < 156 ? 0x20 : (header[at] ?? 0);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const stated = Number.parseInt(text(header, 148, 8).trim(), 8);
  if (stated !== unsigned && stated !== signed) throw new ArchiveRefusal('it is no tar archive, or a broken one');
}
