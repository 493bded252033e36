/** Whom a tree or a reader trusts, and whether that is enough: the decision, pure. How trust.json says it: trust-file.ts. */
import { unreachable } from '../model/unreachable.ts';
import type { PublicKey } from './public-key.ts';

export interface TrustedKey {
  readonly publicKey: PublicKey;
  /** For people: `release key 2027`. */
  readonly name: string;
  /** Milliseconds since the epoch, as the next: from then on, and before then, its signatures count. */
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
  readonly revoked?: { readonly at: string; readonly reason: string };
}

/** Somebody whom an identity provider knows, as sigstore's certificates name them. */
export interface TrustedIdentity {
  /** URL of the identity provider. */
  readonly issuer: string;
  /** The mail address or URI in the certificate, to the letter. */
  readonly subject: string;
}

export interface Trust {
  /** Where it was read, as messages name it. */
  readonly shown: string;
  /** How many of the keys and identities have to have signed. At least 1. */
  readonly threshold: number;
  readonly keys: readonly TrustedKey[];
  readonly identities: readonly TrustedIdentity[];
  /** Absolute path of a file with sigstore's certificates and keys; undefined: they are fetched, from sigstore itself. */
  readonly trustedRoot: string | undefined;
}

/** One signature on something that says what it should, after its mathematics were done. */
export type Claim =
  /** By a key of trust.json. */
  | { readonly kind: 'key'; readonly key: TrustedKey }
  /** Its `keyid` names a key of trust.json, but it is none by that key. */
  | { readonly kind: 'bad'; readonly key: TrustedKey }
  /** By none of the keys of trust.json; `keyid` is what it says of itself. */
  | { readonly kind: 'unknown'; readonly keyid: string }
  | { readonly kind: 'identity'; readonly identity: TrustedIdentity }
  /** A sigstore bundle that does not prove who signed it. */
  | { readonly kind: 'unproven'; readonly why: string };

export type Verdict =
  /** By whom, as people call them, sorted as trust.json has them. */
  | { readonly kind: 'accepted'; readonly by: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string };

/** Whether these signatures are enough at that time. Each key and each identity counts once. */
export function judge(claims: readonly Claim[], trust: Trust, nowMs: number): Verdict {
  const keys = trust.keys.filter((key) => claims.some((claim) => claim.kind === 'key' && claim.key === key));
  const good = keys.filter((key) => objection(key, nowMs) === undefined);
  const identities = trust.identities.filter(({ issuer, subject }) =>
    claims.some(
      (claim) => claim.kind === 'identity' && claim.identity.issuer === issuer && claim.identity.subject === subject,
    ),
  );
  const by = [...good.map(({ name }) => name), ...identities.map(({ subject }) => subject)];
  if (by.length >= trust.threshold) return { kind: 'accepted', by };
  return refuse(claims, { trust, nowMs, by });
}

/** How a key is named in messages: enough of its id to find it. */
export function shortKeyId(keyid: string): string {
  return keyid.slice(0, 16);
}

interface Shortfall {
  readonly trust: Trust;
  readonly nowMs: number;
  readonly by: readonly string[];
}

/** The first thing that a person has to look at, the worst first. */
function refuse(claims: readonly Claim[], { trust, nowMs, by }: Shortfall): Verdict {
  const refused = (why: string, hint: string): Verdict => ({ kind: 'refused', why, hint });
  const { shown } = trust;
  for (const claim of claims) {
    if (claim.kind === 'bad') {
      const hint = 'It was changed after it was signed: tell those who run the repository, and do not use it.';
      return refused(`the signature does not fit what it is on, though it names the key ${title(claim.key)}`, hint);
    }
    const problem = claim.kind === 'key' ? objection(claim.key, nowMs) : undefined;
    if (problem !== undefined) return refused(problem, `Have it signed by a key that ${shown} accepts now.`);
  }
  const needed = `${shown} asks for ${trust.threshold} signatures`;
  if (by.length > 0) return refused(`it is signed by ${by.join(' and ')} only`, `${needed}; have it signed by more.`);
  for (const claim of claims) {
    if (claim.kind === 'unproven') return refused(`its sigstore bundle proves nothing: ${claim.why}`, KEYLESS_HINT);
    if (claim.kind === 'identity') {
      const { issuer, subject } = claim.identity;
      const hint = `If you trust that, add issuer and subject to "identities" in ${shown}.`;
      return refused(`it is signed by ${subject} of ${issuer}, whom ${shown} does not name`, hint);
    }
    if (claim.kind === 'unknown') return refused(unknownKey(claim.keyid, shown), addHint(claim.keyid, shown));
  }
  const hint = `${shown} asks for a signature: have it signed by those who publish it, or use no trust file.`;
  return refused('it is not signed', hint);
}

const KEYLESS_HINT = 'Have it signed again, or verify it by hand: cosign verify-blob-attestation.';

function unknownKey(keyid: string, shown: string): string {
  const named = keyid === '' ? 'a key that it does not name' : `the key ${shortKeyId(printable(keyid))}`;
  return `it is signed by ${named}, which is not in ${shown}`;
}

function addHint(keyid: string, shown: string): string {
  const named = keyid === '' ? 'key' : `key ${printable(keyid)}`;
  return `If you trust the ${named}, get its public half from its owner and add it: dcos-build key trust FILE --trust ${shown}.`;
}

/** `early`, `late`: out of the time in which its signatures count. */
export function keyState(key: TrustedKey, nowMs: number): 'valid' | 'revoked' | 'early' | 'late' {
  const { revoked, notBeforeMs = -Infinity, notAfterMs = Infinity } = key;
  if (revoked !== undefined) return 'revoked';
  if (nowMs < notBeforeMs) return 'early';
  return nowMs >= notAfterMs ? 'late' : 'valid';
}

/** What keeps a good signature of the key from counting. */
function objection(key: TrustedKey, nowMs: number): string | undefined {
  const { revoked, notBeforeMs = 0, notAfterMs = 0 } = key;
  const signed = `it is signed by the key ${title(key)}, which`;
  const state = keyState(key, nowMs);
  switch (state) {
    case 'valid':
      return undefined;
    case 'revoked':
      return `${signed} was revoked on ${revoked?.at.slice(0, 10)}: ${revoked?.reason}`;
    case 'early':
      return `${signed} is not valid before ${day(notBeforeMs)}`;
    case 'late':
      return `${signed} is not valid since ${day(notAfterMs)}`;
    default:
      return unreachable(state);
  }
}

function title({ name, publicKey: { keyid } }: TrustedKey): string {
  return `${shortKeyId(keyid)} (${name})`;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
}

/** A key id comes from a file that nobody vouches for, and goes to a terminal. */
function printable(text: string): string {
  return text.replaceAll(/[^\w:.@/+=-]/g, '?').slice(0, 64);
}
