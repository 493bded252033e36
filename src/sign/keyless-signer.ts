/**
 * Signs without a key to keep: sigstore's Fulcio gives a certificate to whoever an identity provider knows, its Rekor
 * notes that it was used. Both need the network.
 *
 * @see https://docs.sigstore.dev/certificate_authority/overview/
 */
import { Buffer } from 'node:buffer';
import { UserError } from '../model/errors.ts';
import { isJsonObject, type JsonObject } from '../model/json.ts';
import { parseJson } from '../model/parse-json.ts';
import { hideSecrets } from './hide-secrets.ts';
import type { KeylessSigner } from './signer.ts';

export interface KeylessOptions {
  /** Default: sigstore's own, for both. */
  readonly fulcioUrl?: string;
  readonly rekorUrl?: string;
  /** A token of the identity provider (JWT). Default: the one of the CI service that this runs in. */
  readonly identityToken?: string;
}

const PUBLIC_FULCIO = 'https://fulcio.sigstore.dev';
/** Of one request. */
const TIMEOUT_MS = 20_000;

export function keylessSigner({ fulcioUrl, rekorUrl, identityToken }: KeylessOptions): KeylessSigner {
  return {
    kind: 'keyless',
    description: `an identity that ${fulcioUrl ?? PUBLIC_FULCIO} certifies`,
    attest: async (payloadType, payload, signal) => {
      signal.throwIfAborted();
      // Only here: it is a fifth of the program, and few sign this way.
      const { attest } = await import('sigstore');
      try {
        const bundle = await attest(Buffer.from(payload), payloadType, {
          ...(fulcioUrl === undefined ? {} : { fulcioURL: fulcioUrl }),
          ...(rekorUrl === undefined ? {} : { rekorURL: rekorUrl }),
          ...(identityToken === undefined ? {} : { identityToken }),
          timeout: TIMEOUT_MS,
        });
        return asJson(bundle);
      } catch (error) {
        signal.throwIfAborted();
        throw explain(error);
      }
    },
  };
}

function asJson(bundle: object): JsonObject {
  const value = parseJson(JSON.stringify(bundle));
  if (!isJsonObject(value)) throw new Error('a sigstore bundle is no object');
  return value;
}

/** What of the library's failures a person can do something about: the identity, and services that do not answer. */
function explain(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const message = hideSecrets(`Keyless signing failed: ${error.message}${cause}.`);
  const hint =
    error.code === 'IDENTITY_TOKEN_READ_ERROR' || error.code === 'IDENTITY_TOKEN_PARSE_ERROR'
      ? 'Run it in a CI service that gives tokens to its jobs, or put one into SIGSTORE_ID_TOKEN.'
      : 'Sign with a key where sigstore cannot be reached.';
  return new UserError('SIGNING_FAILED', message, { hint, cause: error });
}
