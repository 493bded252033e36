/**
 * DSSE envelopes: a payload, its type, and signatures over both.
 *
 * @see https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md
 * @see https://github.com/secure-systems-lab/dsse/blob/v1.0.0/envelope.md
 */
import { Buffer } from 'node:buffer';
import { isJsonArray, isJsonObject, member, type Json } from '../model/json.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { formatCanonicalJson } from './canonical-json.ts';

/** @see https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md */
export const IN_TOTO_TYPE = 'application/vnd.in-toto+json';

export interface EnvelopeSignature {
  /** A hint as to which key made it, which nobody vouches for; '' if there is none. */
  readonly keyid: string;
  readonly sig: Uint8Array;
}

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly EnvelopeSignature[];
}

/** The bytes that are signed (pre-authentication encoding): lengths in them make two different inputs never the same. */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return new Uint8Array(Buffer.concat([Buffer.from(head), payload]));
}

/** One line of JSON, without a line feed. */
export function formatEnvelope({ payloadType, payload, signatures }: Envelope): string {
  return formatCanonicalJson({
    payload: toBase64(payload),
    payloadType,
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: toBase64(sig) })),
  });
}

/** The envelope that a JSON value holds; undefined for anything that is none. Members that nobody knows are passed over. */
export function readEnvelope(value: Json | undefined): Envelope | undefined {
  if (!isJsonObject(value)) return undefined;
  const payloadType = member(value, 'payloadType');
  const payload = readBytes(member(value, 'payload'));
  const listed = member(value, 'signatures');
  if (typeof payloadType !== 'string' || payload === undefined || !isJsonArray(listed)) return undefined;
  const signatures = listed.map(readSignature).filter((signature) => signature !== undefined);
  return signatures.length === listed.length ? { payloadType, payload, signatures } : undefined;
}

function readSignature(value: Json): EnvelopeSignature | undefined {
  if (!isJsonObject(value)) return undefined;
  const sig = readBytes(member(value, 'sig'));
  const keyid = member(value, 'keyid') ?? '';
  return sig === undefined || typeof keyid !== 'string' ? undefined : { keyid, sig };
}

function readBytes(value: Json | undefined): Uint8Array | undefined {
  return typeof value === 'string' ? fromBase64(value) : undefined;
}
