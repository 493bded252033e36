/**
 * Attestations in one text, one a line: `<id>.intoto.jsonl` beside a package. A line is a DSSE envelope, or a sigstore
 * bundle that wraps one.
 *
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/bundle.md lines that nobody knows are passed over
 * @see https://docs.sigstore.dev/about/bundle/
 */
import { isJsonObject, member, type JsonObject } from '../model/json.ts';
import { sorted } from '../model/order.ts';
import { tryParsePythonJson } from '../model/python-json.ts';
import { sha256 } from '../model/digest.ts';
import { formatCanonicalJson } from './canonical-json.ts';
import { pae, readEnvelope, type Envelope } from './dsse.ts';

export interface Attestation {
  readonly envelope: Envelope;
  /** The whole sigstore bundle, if the envelope came in one: certificate and proofs are in there. */
  readonly sigstore: JsonObject | undefined;
}

/** How the media type of every version of sigstore's bundle begins. */
const SIGSTORE_TYPE = 'application/vnd.dev.sigstore.bundle';

/** What can be read of a text, in its order. */
export function parseBundleLines(text: string): readonly Attestation[] {
  return linesOf(text).flatMap((line) => parseLine(line) ?? []);
}

/** The line of a sigstore bundle, without a line feed. */
export function formatSigstoreLine(bundle: JsonObject): string {
  return formatCanonicalJson(bundle);
}

/**
 * The text with these lines at its end, each ended by a line feed. A line is left out if there is one that says the same
 * with keys of the same ids: some kinds of signature are never twice the same.
 *
 * @param text undefined: there is none yet
 * @param isReplacing the one that is there goes instead: its signatures are known not to be what their ids say
 */
export function appendBundleLines(text: string | undefined, lines: readonly string[], isReplacing = false): string {
  const replaced = new Set(isReplacing ? lines.map(identity) : []);
  const kept = linesOf(text ?? '').filter((line) => !replaced.has(identity(line)));
  const known = new Set(kept.map(identity));
  for (const line of lines) {
    const id = identity(line);
    if (known.has(id)) continue;
    known.add(id);
    kept.push(line);
  }
  return kept.map((line) => `${line}\n`).join('');
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

function parseLine(line: string): Attestation | undefined {
  const value = tryParsePythonJson(line);
  if (!isJsonObject(value)) return undefined;
  const mediaType = member(value, 'mediaType');
  const isSigstore = typeof mediaType === 'string' && mediaType.startsWith(SIGSTORE_TYPE);
  const envelope = readEnvelope(isSigstore ? member(value, 'dsseEnvelope') : value);
  return envelope === undefined ? undefined : { envelope, sigstore: isSigstore ? value : undefined };
}

function identity(line: string): string {
  const attestation = parseLine(line);
  if (attestation === undefined) return line;
  const { envelope, sigstore } = attestation;
  const keys = sorted(envelope.signatures.map(({ keyid }) => keyid)).join(' ');
  return `${sigstore === undefined ? 'dsse' : 'sigstore'} ${sha256(pae(envelope.payloadType, envelope.payload))} ${keys}`;
}
