/** What Blob Storage refuses is told in one sentence that says what to do, and never with a secret. */
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/model/errors.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { AzureBlobStore } from '../../src/store/azure-blob.ts';
import { explainFailure, explainIdentity } from '../../src/store/azure-errors.ts';
import { Azurite } from '../rig/azurite.ts';
import { FaultProxy } from '../rig/fault-proxy.ts';
import { Scratch } from '../rig/scratch.ts';
import { keyStore, placeOf, sasStore } from './azure-rig.ts';

const MINUTE_MS = 60_000;
/** Of no account; it looks like one. */
const WRONG_KEY = Buffer.alloc(64, 'no key of anybody').toString('base64');

const scratch = new Scratch();
let azurite: Azurite;

beforeAll(async () => {
  azurite = await Azurite.start();
  await azurite.container('there');
});
afterAll(async () => {
  await azurite[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

/** Every way into a store. */
const READING: Readonly<Record<string, (store: ArtifactStore) => Promise<unknown>>> = {
  has: (store) => store.has('a'),
  readText: (store) => store.readText('a'),
  get: (store) => store.get('a', scratch.path('got')),
  list: (store) => store.list(''),
};
const WRITING: Readonly<Record<string, (store: ArtifactStore) => Promise<unknown>>> = {
  writeText: (store) => store.writeText('a', 'text'),
  put: (store) => store.put('a', scratch.write('from', 'bytes'), { keep: true }),
  remove: (store) => store.remove('a'),
};

/** The error of each way, all of one code; what they print holds none of these secrets. */
async function refused(
  store: ArtifactStore,
  ways: typeof READING,
  { code, secrets }: { readonly code: string; readonly secrets: readonly string[] },
): Promise<string> {
  const messages = new Set<string>();
  for (const [way, use] of Object.entries(ways)) {
    const error: unknown = await use(store).catch((thrown: unknown) => thrown);
    expect([way, error]).toEqual([way, expect.any(UserError)]);
    expect(error).toMatchObject({ code });
    const shown = inspect(error, { depth: 20, showHidden: true });
    for (const secret of [...secrets, ...secrets.map(encodeURIComponent)]) expect(shown).not.toContain(secret);
    if (error instanceof UserError) messages.add(`${error.message} ${error.hint}`);
  }
  return [...messages].join('\n');
}

const all = { ...READING, ...WRITING };
const signature = (sas: string): string => new URLSearchParams(sas).get('sig') ?? '';

test('a wrong key', async () => {
  const { endpoint, account } = placeOf(azurite.containerUrl('there'));
  const credential = { kind: 'key', key: WRONG_KEY } as const;
  const store = new AzureBlobStore({ endpoint, account, container: 'there', prefix: '', credential });
  const message = await refused(store, all, { code: 'STORE_FORBIDDEN', secrets: [WRONG_KEY] });
  expect(message).toContain('cannot be read: the account key is not one of devstoreaccount1');
  expect(message).toContain('az storage account keys list --account-name devstoreaccount1');
});

test.each([
  ['has ended', { expiresInMs: -MINUTE_MS }, 'its SAS has ended at 20'],
  ['begins later', { startsInMs: 30 * MINUTE_MS }, 'its SAS begins only at 20'],
])('a SAS that %s', async (_what, sas, expected) => {
  const text = azurite.sas('there', sas);
  const store = new AzureBlobStore(placeOf(`${azurite.containerUrl('there')}?${text}`));
  expect(await refused(store, all, { code: 'STORE_FORBIDDEN', secrets: [signature(text), text] })).toContain(expected);
});

test('a SAS that was cut off when it was copied', async () => {
  const text = azurite.sas('there');
  const wrong = text.replace(/sig=[^&]{6}/, 'sig=AAAAAA');
  const store = new AzureBlobStore(placeOf(`${azurite.containerUrl('there')}?${wrong}`));
  const message = await refused(store, all, { code: 'STORE_FORBIDDEN', secrets: [signature(wrong)] });
  expect(message).toContain('the signature of its SAS is not valid');
});

test('a SAS to read reads, and names the right that it does not give', async () => {
  await keyStore(azurite, 'there').writeText('a', 'text');
  const text = azurite.sas('there', { permissions: 'rl' });
  const store = new AzureBlobStore(placeOf(`${azurite.containerUrl('there')}?${text}`));
  expect([await store.readText('a'), await store.has('a')]).toEqual(['text', true]);
  const message = await refused(store, WRITING, { code: 'STORE_FORBIDDEN', secrets: [signature(text)] });
  expect(message).toContain('cannot be written to: its SAS does not give the right to write (it gives "rl")');
  expect(message).toContain('its SAS does not give the right to delete');
});

test('a container that is not there', async () => {
  for (const store of [sasStore(azurite, 'not-there'), keyStore(azurite, 'not-there')]) {
    const message = await refused(store, all, { code: 'REPOSITORY_UNAVAILABLE', secrets: [] });
    expect(message).toContain('there is no container "not-there" in the account devstoreaccount1');
    expect(message).toContain('az storage container create --account-name devstoreaccount1 --name not-there');
  }
});

test('a server that does not answer', async () => {
  const store = sasStore(azurite, 'there', { endpoint: 'http://127.0.0.1:9', attempts: 2 });
  const message = await refused(store, all, { code: 'REPOSITORY_UNAVAILABLE', secrets: [] });
  expect(message).toContain('127.0.0.1:9 does not answer (ECONNREFUSED)');
});

test('an account that is not there, or a machine that cannot ask for names', async () => {
  const url = `https://nosuchaccount.blob.example.invalid/there?${azurite.sas('there')}`;
  const store = new AzureBlobStore(placeOf(url), { attempts: 2, retryBaseMs: 1 });
  const message = await refused(store, all, { code: 'REPOSITORY_UNAVAILABLE', secrets: [] });
  expect(message).toMatch(/there is no account "nosuchaccount"|does not answer \(EAI_AGAIN\)/);
});

test.each([
  ['ahead of', -40 * MINUTE_MS],
  ['behind', 40 * MINUTE_MS],
])('a clock of this machine that is %s that of the service', async (word, offsetMs) => {
  const date = new Date(Date.now() + offsetMs).toUTCString();
  const headers = { date, 'x-ms-error-code': 'AuthenticationFailed' };
  await using proxy = await FaultProxy.start(azurite.url, () => ({ kind: 'status', status: 403, headers }));
  const store = keyStore(azurite, 'there', { endpoint: proxy.url });
  const message = await refused(store, all, { code: 'STORE_FORBIDDEN', secrets: [] });
  expect(message).toContain(`the clock of this machine is 40 minutes ${word} that of the service`);
});

describe('what the emulator does not do, by what the service says', () => {
  const place = placeOf('https://account.blob.core.windows.net/there/x');
  const explaining = { place, right: 'w', nowMs: 0 } as const;
  const failure = { status: 403, code: '', message: 'm', serverMs: undefined, retryAfterMs: 0, mayPass: false };

  test.each([
    [{ code: 'AuthorizationPermissionMismatch' }, 'STORE_FORBIDDEN', 'may not write there'],
    [{ code: 'AuthorizationFailure' }, 'STORE_FORBIDDEN', 'the network rules of the account'],
    [{ code: 'AccountIsDisabled' }, 'STORE_FORBIDDEN', '(AccountIsDisabled)'],
    [{ status: 412, code: 'LeaseIdMissing' }, 'STORE_FORBIDDEN', 'a lease or a policy'],
    [{ status: 409, code: 'BlobImmutableDueToPolicy' }, 'STORE_FORBIDDEN', 'a lease or a policy'],
    [{ status: undefined, code: 'ENOTFOUND' }, 'REPOSITORY_UNAVAILABLE', 'there is no account "account"'],
    [{ status: 404, code: 'ContainerBeingDeleted' }, 'REPOSITORY_UNAVAILABLE', 'there is no container "there"'],
    [{ status: 429, code: 'TooManyRequests' }, 'REPOSITORY_UNAVAILABLE', 'answered 429 TooManyRequests'],
  ])('%j', (part, code, message) => {
    const error = explainFailure({ ...failure, ...part }, explaining);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(error.message).toMatch(/^https:\/\/account\.blob\.core\.windows\.net\/there\/x cannot be written to: /);
  });

  test('nobody is logged in', () => {
    expect(explainIdentity('none', explaining)).toMatchObject({
      code: 'STORE_FORBIDDEN',
      hint: expect.stringContaining('az login'),
    });
  });
});

test('a bug of ours is not printed with a secret either', async () => {
  const text = azurite.sas('there');
  const store = new AzureBlobStore(placeOf(`${azurite.containerUrl('there')}?${text}`));
  const notes = { 'Not A Key': 'x' };
  const error: unknown = await store.writeText('a', 'b', { notes }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: 'not a note that a store can keep: Not A Key: x' });
  expect(inspect(store, { depth: 20, showHidden: true })).not.toContain(signature(text));
  expect(JSON.stringify(store)).not.toContain(signature(text));
  expect(store.location).toBe(azurite.containerUrl('there'));
});
