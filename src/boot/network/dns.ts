/**
 * Names as Azure's name server knows those of a virtual network. All others are said to be unknown at once, so that nothing
 * in a machine waits for an answer.
 *
 * @see RFC 1035, section 4
 */
import { ipBytes } from './frame.ts';
import type { VirtualNetwork } from './virtual-network.ts';

const HEADER_BYTES = 12;
const TYPE = { a: 1, ptr: 12, any: 255 } as const;
const IN = 1;
const CODE = { none: 0, malformed: 1, unknown: 3 } as const;
const SECONDS = 300;
/** What names of addresses end with. */
const REVERSE = '.in-addr.arpa';

interface Question {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** As it was asked: an answer repeats it. */
  readonly bytes: Buffer;
}

interface Answer {
  readonly code: number;
  readonly record?: { readonly type: number; readonly data: Buffer };
}

/** The answer to a query; undefined for what is none. */
export function answerDns(query: Buffer, network: VirtualNetwork): Buffer | undefined {
  const isQuery = query.length >= HEADER_BYTES && (query.readUInt16BE(2) & 0x8000) === 0;
  if (!isQuery) return undefined;
  const question = query.readUInt16BE(4) === 1 ? readQuestion(query) : undefined;
  const { code, record } = question === undefined ? { code: CODE.malformed } : lookUp(question, network);
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  // An answer, with the kind of query and the wish for recursion of who asked, and recursion offered.
  header.writeUInt16BE(0x8080 | (query.readUInt16BE(2) & 0x7900) | code, 2);
  header.writeUInt16BE(question === undefined ? 0 : 1, 4);
  header.writeUInt16BE(record === undefined ? 0 : 1, 6);
  return Buffer.concat([
    header,
    ...(question === undefined ? [] : [question.bytes]),
    ...(record === undefined ? [] : [recordBytes(record)]),
  ]);
}

function readQuestion(query: Buffer): Question | undefined {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length !== 0; length = query[at] ?? 0) {
    // Longer ones are pointers, which no question has.
    if (length > 63) return undefined;
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  if (end > query.length) return undefined;
  const bytes = query.subarray(HEADER_BYTES, end);
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), class: query.readUInt16BE(at + 3), bytes };
}

/** A name that is known has no addresses of IPv6, which is not the same as a name that is unknown. */
function lookUp({ name, type, class: kind }: Question, network: VirtualNetwork): Answer {
  const reversed = name.toLowerCase().endsWith(REVERSE) ? name.slice(0, -REVERSE.length) : undefined;
  const member =
    reversed === undefined ? network.withName(name) : network.withIp(reversed.split('.').toReversed().join('.'));
  if (kind !== IN || member === undefined) return { code: CODE.unknown };
  const own = reversed === undefined ? TYPE.a : TYPE.ptr;
  if (type !== own && type !== TYPE.any) return { code: CODE.none };
  const data = own === TYPE.a ? ipBytes(member.address.ip) : nameBytes(network.fullName(member));
  return { code: CODE.none, record: { type: own, data } };
}

/** With a pointer to the name in the question. */
function recordBytes({ type, data }: NonNullable<Answer['record']>): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(IN, 4);
  head.writeUInt32BE(SECONDS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function nameBytes(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label, 'latin1'));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.from([label.length]), label]), Buffer.from([0])]);
}
