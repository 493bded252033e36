/** URLs that carry the right to read, for who cannot sign requests: another service, plain downloads. */
import type { AzureSession } from './azure-session.ts';

export interface SasRequest {
  /** In the container, prefix included; undefined: everything in the container. */
  readonly blob?: string;
  /** How long it is to hold, in milliseconds. */
  readonly forMs: number;
  readonly signal?: AbortSignal | undefined;
}

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
      ? { permissions: sdk.ContainerSASPermissions.parse('r') }
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
