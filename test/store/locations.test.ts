/** What names and locations stand for, and by what right. */
import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseSignedBlob } from '../../src/store/azure-place.ts';
import { openRepository, openStore } from '../../src/store/index.ts';
import { parseLocation, type Environment, type Location } from '../../src/store/locations.ts';
import { findStorageConfig, locationOf, openNamedRepository, openNamedStore } from '../../src/store/named.ts';
import { errorsIn } from '../rig/memory-plan.ts';
import { Scratch } from '../rig/scratch.ts';

const SAS = 'sv=2025-01-05&sr=c&sp=rl&sig=c2lnbmF0dXJl';
const CONNECTION =
  'DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn';
const EMULATED = 'AccountName=acct;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1000/acct/;';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch[Symbol.dispose]());

/** Endpoint, container and prefix as one text, and the right. */
function shown(location: Location): readonly unknown[] {
  if (location.kind === 'directory') return ['directory', location.folder];
  if (location.kind === 'http') return ['http', location.url];
  const { account, endpoint, container, prefix, credential } = location.place;
  const right = credential.kind === 'key' ? credential.key : credential.kind === 'sas' ? credential.sas : 'identity';
  return [account, `${endpoint}/${container}/${prefix}`, right];
}

test.each<[string, Environment, readonly unknown[]]>([
  ['m', {}, ['directory', '/cwd/m']],
  ['/abs', {}, ['directory', '/abs']],
  ['file:///srv/mirror', {}, ['directory', '/srv/mirror']],
  ['https://example.org/dcos', {}, ['http', 'https://example.org/dcos']],
  ['https://acct.blob.core.windows.net/c/x', {}, ['http', 'https://acct.blob.core.windows.net/c/x']],
  ['az://acct/dcos', {}, ['acct', 'https://acct.blob.core.windows.net/dcos/', 'identity']],
  ['az://acct/dcos/a/b/', {}, ['acct', 'https://acct.blob.core.windows.net/dcos/a/b/', 'identity']],
  ['az://acct/dcos', { AZURE_STORAGE_KEY: 'k' }, ['acct', 'https://acct.blob.core.windows.net/dcos/', 'k']],
  [
    'az://acct/dcos',
    { AZURE_STORAGE_KEY: 'k', AZURE_STORAGE_ACCOUNT: 'other' },
    ['acct', 'https://acct.blob.core.windows.net/dcos/', 'identity'],
  ],
  ['az://acct/dcos', { AZURE_STORAGE_SAS_TOKEN: `?${SAS}` }, ['acct', 'https://acct.blob.core.windows.net/dcos/', SAS]],
  [
    'az://acct/dcos/x',
    { AZURE_STORAGE_CONNECTION_STRING: CONNECTION, AZURE_STORAGE_KEY: 'k' },
    ['acct', 'https://acct.blob.core.chinacloudapi.cn/dcos/x/', 'a2V5'],
  ],
  [
    'az://other/dcos',
    { AZURE_STORAGE_CONNECTION_STRING: CONNECTION },
    ['other', 'https://other.blob.core.windows.net/dcos/', 'identity'],
  ],
  [`https://acct.blob.core.windows.net/dcos/a?${SAS}`, {}, ['acct', 'https://acct.blob.core.windows.net/dcos/a/', SAS]],
  [`http://127.0.0.1:1/acct/dcos/a/b?${SAS}`, {}, ['acct', 'http://127.0.0.1:1/acct/dcos/a/b/', SAS]],
  [
    'http://127.0.0.1:1000/acct/dcos/a',
    { AZURE_STORAGE_CONNECTION_STRING: EMULATED },
    ['acct', 'http://127.0.0.1:1000/acct/dcos/a/', 'a2V5'],
  ],
  [
    'az://devstoreaccount1/dcos',
    { AZURE_STORAGE_CONNECTION_STRING: 'UseDevelopmentStorage=true' },
    ['devstoreaccount1', 'http://127.0.0.1:10000/devstoreaccount1/dcos/', expect.stringMatching(/==$/)],
  ],
  [
    'az://acct/dcos',
    {
      AZURE_STORAGE_CONNECTION_STRING: `BlobEndpoint=https://acct.blob.core.windows.net/;SharedAccessSignature=${SAS}`,
    },
    ['acct', 'https://acct.blob.core.windows.net/dcos/', SAS],
  ],
])('%s with %j', (location, env, expected) => {
  expect(shown(parseLocation(location, { cwd: '/cwd', env }))).toEqual(expected);
});

test.each([
  ['az://', 'it names no account'],
  ['az://Acct/dcos', 'it names no account'],
  ['az://acct', '"" is no name of a container'],
  ['az://acct/Not_One/x', '"Not_One" is no name of a container'],
  [`https://acct.blob.core.windows.net/?${SAS}`, 'names no container'],
  ['s3://bucket/x', 'is no repository that can be read or written to'],
])('%s is refused', (location, message) => {
  const [error] = errorsIn(() => (parseLocation(location), []));
  expect(error).toMatchObject({ code: 'USAGE', message: expect.stringContaining(message) });
  expect(error?.message).not.toContain('c2lnbmF0dXJl');
});

test.each(['AccountKey=a2V5', 'AccountName=acct', 'nonsense', 'AccountName=acct;AccountKey=a2V5;BlobEndpoint=x'])(
  'the connection string %s is refused, and not repeated',
  (text) => {
    const env = { AZURE_STORAGE_CONNECTION_STRING: text };
    const [error] = errorsIn(() => (parseLocation('az://acct/dcos', { env }), []));
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('AZURE_STORAGE_CONNECTION_STRING'),
    });
    expect(`${error?.message} ${error?.hint}`).not.toContain(text);
  },
);

test('a location is shown without its right', () => {
  expect(openStore(`https://acct.blob.core.windows.net/dcos/a?${SAS}`).location).toBe(
    'https://acct.blob.core.windows.net/dcos/a',
  );
  expect(openRepository('az://acct/dcos').location).toBe('https://acct.blob.core.windows.net/dcos');
  expect(() => openStore('https://example.org/x?token=hush')).toThrow('is no place that can be written to');
});

describe('names of the config', () => {
  const env = { KEY: 'a2V5' };
  const around = () => ({ treeRoot: scratch.folder, cwd: scratch.folder, env });
  const write = (config: object): string => scratch.write('dcos-build.config.json', JSON.stringify(config));
  const account = { kind: 'azure', account: 'acct', container: 'dcos' };

  test('stand for storages; the preferred one, or the only one, is meant when none is named', async () => {
    write({
      preferred: 'main',
      storages: {
        main: { ...account, prefix: '/testing/', accountKey: '${KEY}' },
        disk: { kind: 'directory', path: 'mirror' },
        cdn: { kind: 'http', url: 'https://example.org/x' },
        gov: { ...account, endpoint: 'https://acct.blob.core.usgovcloudapi.net/', sas: `?${SAS}` },
        text: { kind: 'azure', container: 'dcos', connectionString: EMULATED },
      },
    });
    const main = ['acct', 'https://acct.blob.core.windows.net/dcos/testing/', 'a2V5'];
    expect(shown(await locationOf(undefined, around()))).toEqual(main);
    expect(shown(await locationOf('main', around()))).toEqual(main);
    expect(shown(await locationOf('disk', around()))).toEqual(['directory', scratch.path('mirror')]);
    expect(shown(await locationOf('cdn', around()))).toEqual(['http', 'https://example.org/x']);
    expect(shown(await locationOf('gov', around()))[1]).toBe('https://acct.blob.core.usgovcloudapi.net/dcos/');
    expect(shown(await locationOf('text', around()))).toEqual(['acct', 'http://127.0.0.1:1000/acct/dcos/', 'a2V5']);
    expect(shown(await locationOf('./main', around()))).toEqual(['directory', scratch.path('main')]);
    expect(shown(await locationOf('http://127.0.0.1:1000/acct/other/x', around()))).toEqual([
      'acct',
      'http://127.0.0.1:1000/acct/other/x/',
      'a2V5',
    ]);
    write({ storages: { only: { kind: 'directory', path: '/srv' } } });
    expect((await openNamedStore(undefined, around())).location).toBe('/srv');
  });

  test('are found in the root of the tree, beside what others read there', async () => {
    expect(await findStorageConfig(scratch.folder)).toBe(undefined);
    write({ signing: { key: 'release' } });
    expect((await findStorageConfig(scratch.folder))?.signing).toEqual({ key: 'release' });
  });

  test('that are mistyped make no folder, unless there is one', async () => {
    write({ storages: { mirror: { kind: 'directory', path: '/srv' } } });
    await expect(openNamedStore('miror', around())).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'Did you mean "mirror"? For a new folder write "./miror".',
    });
    mkdirSync(scratch.path('miror'));
    expect((await openNamedStore('miror', around())).location).toBe(scratch.path('miror'));
    expect((await openNamedStore('somewhere', around())).location).toBe(scratch.path('somewhere'));
  });

  test('cannot be written to where the config says so, or the kind', async () => {
    write({
      storages: {
        a: { kind: 'directory', path: 'x', readOnly: true },
        b: { kind: 'http', url: 'https://example.org' },
      },
    });
    await expect(openNamedStore('a', around())).rejects.toMatchObject({ code: 'STORE_FORBIDDEN' });
    await expect(openNamedStore('b', around())).rejects.toMatchObject({ code: 'USAGE' });
    expect((await openNamedRepository('a', around())).location).toBe(scratch.path('x'));
    await expect(openNamedStore(undefined, around())).rejects.toMatchObject({
      hint: expect.stringContaining('Name one of a, b'),
    });
  });

  test.each([
    [{ a: { ...account, container: 'No' } }, 'The "container" of the storage "a" is no name of a container.'],
    [{ a: { kind: 'http', url: 'ftp://x' } }, 'The "url" of the storage "a" is no http(s) URL.'],
    [{ a: { ...account, endpoint: 'x' } }, 'The "endpoint" of the storage "a" is no URL.'],
    [{ a: { ...account, connectionString: 'hush' } }, 'The connection string in the storage "a" cannot be used'],
    [{ a: { ...account, accountKey: '${NOT_SET}' } }, 'names the variable NOT_SET in "accountKey" of the storage "a"'],
  ])('%j is refused', async (storages, message) => {
    write({ storages });
    await expect(openNamedStore('a', around())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
    });
  });

  test("are DC/OS's own where there is no config of ours", async () => {
    await expect(openNamedStore(undefined, around())).rejects.toMatchObject({ code: 'USAGE' });
    const aws = '  aws: {kind: aws_s3, bucket: b, object_prefix: null, download_url: u}\n';
    const azure =
      '  azure: {kind: azure_block_blob, account_name: acct, account_key: $KEY, container: dcos, download_url: u}\n';
    scratch.write('dcos-release.config.yaml', `storage:\n${aws}${azure}options: {preferred: azure}\n`);
    expect(shown(await locationOf(undefined, around()))).toEqual([
      'acct',
      'https://acct.blob.core.windows.net/dcos/',
      'a2V5',
    ]);
    await expect(locationOf('aws', around())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('AWS S3'),
      place: { file: 'dcos-release.config.yaml', line: 2 },
    });
  });
});

test('a signed URL of one blob is read, however deep it lies, and no other URL', () => {
  const disk = parseSignedBlob(
    new URL('https://md-impexp-abc.z1.blob.storage.azure.net/x1y2z3/abcd?sv=1&sr=b&sig=s%3D'),
  );
  expect(disk).toMatchObject({
    blob: 'abcd',
    place: {
      endpoint: 'https://md-impexp-abc.z1.blob.storage.azure.net',
      container: 'x1y2z3',
      credential: { kind: 'sas', sas: 'sv=1&sr=b&sig=s%3D' },
    },
  });
  const emulated = parseSignedBlob(new URL('http://127.0.0.1:10000/account/container/blob?sv=1&sig=s'));
  expect(emulated).toMatchObject({
    blob: 'blob',
    place: { endpoint: 'http://127.0.0.1:10000/account', container: 'container' },
  });
  for (const url of [
    'https://a.blob.core.windows.net/c/b',
    'https://a.blob.core.windows.net/b?sv=1&sig=s',
    'https://a.blob.core.windows.net/c/?sv=1&sig=s',
  ]) {
    expect(parseSignedBlob(new URL(url))).toBeUndefined();
  }
});
