/** URLs that carry the right to read, for who cannot sign requests: another service, plain downloads. */
import { UserError } from '../model/errors.ts';
import type { ShareOptions } from './artifact-store.ts';
import { showPlace } from './azure-place.ts';
import type { AzureSession } from './azure-session.ts';

export interface SasRequest {
  /** In the container, prefix included; undefined: everything in the container, which can be listed too. */
  readonly blob?: string;
  /** How long it is to hold, in milliseconds. */
  readonly forMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A user delegation key holds no longer, and nothing that it signs.
 *
 * @see https://learn.microsoft.com/en-us/rest/api/storageservices/create-user-delegation-sas
 */
const MOST_DELEGATED_DAYS = 7;
const DAY_MS = 86_400_000;

/** The clocks of two machines may differ. */
const CLOCKS_MS = 15 * 60_000;

/**
 * A SAS to read with: the one that the store is opened with, or a new one, signed with the account's key, or with a key
 * that the service gives to whoever is logged in.
 *
 * @throws UserError STORE_FORBIDDEN, REPOSITORY_UNAVAILABLE: only for who is logged in, since the service has to be asked
 */
export async function readSas(session: AzureSession, { blob, forMs, signal }: SasRequest): Promise<string> {
  const { account, container, credential, endpoint } = session.place;
  if (credential.kind === 'sas') return credential.sas;
  const sdk = await session.sdk();
  const now = Date.now();
  const [startsOn, expiresOn] = [new Date(now - CLOCKS_MS), new Date(now + forMs)];
  const values = {
    ...{ containerName: container, startsOn, expiresOn },
    ...(blob === undefined
      ? { permissions: sdk.ContainerSASPermissions.parse('rl') }
      : { blobName: blob, permissions: sdk.BlobSASPermissions.parse('r') }),
  };
  const key = await session.key();
  if (key !== undefined) return sdk.generateBlobSASQueryParameters(values, key).toString();
  const { credential: token } = await session.container();
  const service = new sdk.BlobServiceClient(endpoint, token, { retryOptions: { maxTries: 1 } });
  const delegated = await session.ask({ right: 'r', signal }, (attempt) =>
    service.getUserDelegationKey(startsOn, expiresOn, { abortSignal: attempt.signal }),
  );
  return sdk.generateBlobSASQueryParameters(values, delegated, account).toString();
}

/**
 * A SAS that can be given to others. One that the store was opened with can be passed on if it gives no more than reading.
 *
 * @throws UserError USAGE for a time that is too long, STORE_FORBIDDEN, REPOSITORY_UNAVAILABLE
 */
export async function sharedSas(
  session: AzureSession,
  { forMs, nowMs, signal }: ShareOptions,
): Promise<{ readonly sas: string; readonly expiresMs: number }> {
  const { credential } = session.place;
  if (credential.kind === 'identity' && forMs > MOST_DELEGATED_DAYS * DAY_MS) {
    throw new UserError('USAGE', `A link that an identity signs is good for ${MOST_DELEGATED_DAYS} days at most.`, {
      hint: 'Give a shorter time with --expires, or open the store with the account key.',
    });
  }
  if (credential.kind !== 'sas') return { sas: await readSas(session, { forMs, signal }), expiresMs: nowMs + forMs };
  const fields = new URLSearchParams(credential.sas);
  const expiresMs = Date.parse(fields.get('se') ?? '');
  if (/^[rl]+$/.test(fields.get('sp') ?? '') && expiresMs > nowMs) return { sas: credential.sas, expiresMs };
  throw new UserError('STORE_FORBIDDEN', `${showPlace(session.place)} cannot be shared: it is opened by a SAS.`, {
    hint: 'Whoever has a SAS cannot make a lesser one of it: open the store with the account key, or after "az login".',
  });
}
