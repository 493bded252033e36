/**
 * Fulcio and Rekor on the loopback interface: a certificate authority and a log with keys of their own, by sigstore's
 * implementation of both. What they sign is as real as what the public ones do; only nobody else trusts them.
 */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
// Not by the package's main module: that loads nock, which changes how every request of this process is made.
import { fulcioHandler, initializeCA, initializeCTLog } from '@sigstore/mock/dist/fulcio/index.js';
import { initializeTLog } from '@sigstore/mock/dist/rekor/index.js';
import { serve, type WebServer } from './web-server.ts';

export const ISSUER = 'https://login.example.org';

export interface Sigstore extends AsyncDisposable {
  /** Of both services. */
  readonly url: string;
  readonly requests: readonly string[];
  /** The text of trusted_root.json. */
  readonly trustedRoot: string;
}

/** A token of the identity provider {@link ISSUER}, which nobody asks for a signature here. */
export function tokenFor(subject: string): string {
  const claims = { iss: ISSUER, sub: subject, aud: 'sigstore', exp: 4_102_444_800 };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
}

export async function serveSigstore(): Promise<Sigstore> {
  const [ctKeys, caKeys, logKeys] = [newKeys(), newKeys(), newKeys()];
  const ca = await initializeCA(caKeys, await initializeCTLog(ctKeys));
  const fulcio = fulcioHandler(ca);
  const log = await initializeTLog('http://rekor.localhost', logKeys);
  const server: WebServer = await serve((request, response) => {
    const answer = async (): Promise<void> => {
      const body = (await buffer(request)).toString();
      if (request.url === fulcio.path) {
        const { statusCode, response: text } = await fulcio.fn(body);
        response.writeHead(statusCode, { 'content-type': 'application/json' }).end(text);
      } else {
        const entry = await log.log(asStored(JSON.parse(body)));
        response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(entry));
      }
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const trustedRoot = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(logKeys.publicKey, 'http://rekor.localhost')],
    ctlogs: [logOf(ctKeys.publicKey, 'http://ct.localhost')],
    certificateAuthorities: [
      {
        subject: { organization: 'test', commonName: 'test' },
        uri: server.url,
        certChain: { certificates: [{ rawBytes: Buffer.from(viewOf(ca.rootCertificate)).toString('base64') }] },
        validFor: { start: '2020-01-01T00:00:00Z' },
      },
    ],
    timestampAuthorities: [],
  });
  return {
    url: server.url,
    requests: server.requests,
    trustedRoot,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function newKeys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function viewOf({ buffer: bytes, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>): Uint8Array {
  return new Uint8Array(bytes, byteOffset, byteLength);
}

function logOf(publicKey: KeyObject, baseUrl: string): object {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: der.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: '2020-01-01T00:00:00Z' },
    },
    logId: { keyId: createHash('sha256').update(der).digest('base64') },
  };
}

interface ProposedEntry {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

interface Envelope {
  readonly payload: string;
  readonly signatures: readonly { readonly sig: string }[];
}

/**
 * What Rekor keeps of an envelope: hashes and signatures instead of the payload.
 *
 * @see https://github.com/sigstore/rekor/blob/main/pkg/types/dsse/v0.0.1/dsse_v0_0_1_schema.json
 */
function asStored({ apiVersion, kind, spec: { proposedContent } }: ProposedEntry): object {
  const envelope: Envelope = JSON.parse(proposedContent.envelope);
  const hashed = (data: string | Buffer): object => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(data).digest('hex'),
  });
  const signatures = envelope.signatures.map(({ sig }, index) => ({
    signature: sig,
    verifier: proposedContent.verifiers[index],
  }));
  const payloadHash = hashed(Buffer.from(envelope.payload, 'base64'));
  return { apiVersion, kind, spec: { envelopeHash: hashed(proposedContent.envelope), payloadHash, signatures } };
}
