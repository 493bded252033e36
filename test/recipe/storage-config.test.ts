import { describe, expect, test } from 'vitest';
import { readDcosReleaseConfig } from '../../src/recipe/dcos-release-config.ts';
import { readStorageConfig, type StorageConfig } from '../../src/recipe/storage-config.ts';
import { settingsOf, type Settings } from '../../src/recipe/storage-settings.ts';
import { errorsIn } from '../rig/memory-plan.ts';

function settings(config: StorageConfig, name: string, env: Readonly<Record<string, string>> = {}): Settings {
  const storage = config.storages.get(name);
  if (storage === undefined) throw new Error(`no storage ${name}`);
  return settingsOf(storage, config, env);
}

function mistakes(read: (text: string) => StorageConfig, text: string) {
  return errorsIn(() => (read(text), [])).map(({ code, message, hint, place }) => {
    expect(code).toBe('CONFIG_INVALID');
    return [message, hint, place?.line, place?.key];
  });
}

describe('dcos-build.config.json', () => {
  const text = JSON.stringify({
    preferred: 'main',
    storages: {
      main: { kind: 'azure', account: 'acct', container: 'dcos', prefix: 'testing', accountKey: '${KEY}' },
      disk: { kind: 'directory', path: '${HOME}/mirror', readOnly: true },
      cdn: { kind: 'http', url: 'https://example.org/dcos/' },
    },
    signing: { key: 'release' },
    trust: { keys: [] },
  });

  test('storages by name, the preferred one, and what others read of it', () => {
    const config = readStorageConfig(text);
    expect([config.preferred, [...config.storages.keys()]]).toEqual(['main', ['main', 'disk', 'cdn']]);
    expect([config.signing, config.trust]).toEqual([{ key: 'release' }, { keys: [] }]);
    expect(config.storages.get('disk')?.isReadOnly).toBe(true);
    expect(settings(config, 'main', { KEY: 'k' })).toEqual({
      account: 'acct',
      container: 'dcos',
      prefix: 'testing',
      accountKey: 'k',
    });
    expect(settings(config, 'disk', { HOME: '/home/me' })).toEqual({ path: '/home/me/mirror' });
    expect(readStorageConfig('{}').storages.size).toBe(0);
  });

  test('a variable that is not set is told of by who uses the storage, and by nobody else', () => {
    const config = readStorageConfig('{\n"storages": {\n"a": {"kind": "directory",\n"path": "${NOT_SET}/x"}}}');
    for (const env of [{}, { NOT_SET: '' }]) {
      expect(() => settings(config, 'a', env)).toThrow(
        'dcos-build.config.json names the variable NOT_SET in "path" of the storage "a", and it is not set.',
      );
    }
    const [error] = errorsIn(() => (settings(config, 'a'), []));
    expect(error?.place).toMatchObject({ line: 4, key: 'storages.a.path' });
  });

  test('all mistakes at once, each with its place and what was probably meant', () => {
    const wrong = `{
 "prefered": "x",
 "preferred": "mian",
 "storages": {
  "main": {"kind": "azure", "acount": "a", "container": "c"},
  "disk": {"kind": "direktory"},
  "none": {"kind": "directory"},
  "web": {"kind": "http", "url": 5},
  "1st": {"kind": "http", "url": "https://example.org"},
  "no": []
 },
 "trust": 5
}`;
    expect(mistakes(readStorageConfig, wrong)).toEqual([
      ['dcos-build.config.json has the unknown key "prefered".', 'Did you mean "preferred"?', 2, 'prefered'],
      ['dcos-build.config.json has the unknown key "acount".', 'Did you mean "account"?', 5, 'storages.main.acount'],
      [
        'dcos-build.config.json has a storage "main" without an account.',
        'Give the key "account", or "connectionString".',
        5,
        'storages.main',
      ],
      [
        'dcos-build.config.json has a storage "disk" that has the kind "direktory".',
        'Did you mean "directory"?',
        6,
        'storages.disk.kind',
      ],
      [
        'dcos-build.config.json lacks the key "path" in the storage "none".',
        'Give a text without blanks around it.',
        7,
        'storages.none',
      ],
      [
        'dcos-build.config.json has 5 as "url" of the storage "web".',
        'Give a text without blanks around it.',
        8,
        'storages.web.url',
      ],
      [
        'dcos-build.config.json has a storage "1st".',
        'Names of storages begin with a letter, and have letters, digits, "_" and "-".',
        9,
        'storages.1st',
      ],
      ['dcos-build.config.json has a list as "no".', 'Give an object with the key "kind".', 10, 'storages.no'],
      ['dcos-build.config.json has "mian" as "preferred".', 'Did you mean "main"?', 3, 'preferred'],
      ['dcos-build.config.json has 5 as "trust".', 'Give an object.', 12, 'trust'],
    ]);
  });

  test('a secret that is no good is not repeated', () => {
    const wrong = JSON.stringify({
      storages: { a: { kind: 'azure', account: 'x', container: 'y', accountKey: ' hush' } },
    });
    expect(JSON.stringify(mistakes(readStorageConfig, wrong))).not.toContain('hush');
  });
});

describe("DC/OS's dcos-release.config.yaml", () => {
  const text = `
storage:
  azure:
    kind: azure_block_blob
    account_name: $AZURE_ACCOUNT
    account_key: $AZURE_KEY
    container: dcos
    download_url: https://example.org/dcos/
  aws:
    kind: aws_s3
    bucket: downloads
    object_prefix: null
    download_url: https://example.org/
    access_key_id: $AWS_KEY
  local:
    kind: local_path
    path: $$HOME/x
  web:
    kind: http_read
    url: https://example.org/dcos
    read_only: true
options:
  preferred: azure
  cloudformation_s3_url: https://example.org/cf
testing: {}
`;

  test('its kinds are ours, its variables whole texts', () => {
    const config = readDcosReleaseConfig(text);
    expect(config.preferred).toBe('azure');
    expect([...config.storages.values()].map(({ name, kind, isReadOnly }) => [name, kind, isReadOnly])).toEqual([
      ['azure', 'azure', false],
      ['aws', 'aws_s3', false],
      ['local', 'directory', false],
      ['web', 'http', true],
    ]);
    const env = { AZURE_ACCOUNT: 'acct', AZURE_KEY: 'key' };
    expect(settings(config, 'azure', env)).toEqual({ account: 'acct', accountKey: 'key', container: 'dcos' });
    expect(settings(config, 'local')).toEqual({ path: '$HOME/x' });
    expect(() => settings(config, 'azure', { AZURE_ACCOUNT: 'a' })).toThrow(
      'names the variable AZURE_KEY in "accountKey"',
    );
  });

  test('mistakes have their lines', () => {
    const wrong = `storage:
  a:
    kind: azure_blockblob
  b:
    kind: local_path
    pth: /x
  c:
    kind: http_read
    url: 5
options: {preferred: d}
`;
    expect(mistakes(readDcosReleaseConfig, wrong)).toEqual([
      [
        'dcos-release.config.yaml has a storage "a" with the kind "azure_blockblob".',
        'Did you mean "azure_block_blob"?',
        3,
        'storage.a',
      ],
      [
        'dcos-release.config.yaml has the unknown key "pth" in the storage "b".',
        expect.any(String),
        6,
        'storage.b.pth',
      ],
      ['dcos-release.config.yaml lacks the key "path" in the storage "b".', 'Give a text.', 5, 'storage.b'],
      [
        'dcos-release.config.yaml has no text as "url" of the storage "c".',
        'Give a text, quoted if it looks like a number.',
        9,
        'storage.c.url',
      ],
      [
        'dcos-release.config.yaml prefers the storage "d", which it does not have.',
        expect.any(String),
        10,
        'options.preferred',
      ],
    ]);
    expect(mistakes(readDcosReleaseConfig, 'a: [1')).toEqual([
      [expect.stringContaining('is not valid YAML'), expect.any(String), 1, undefined],
    ]);
    expect(mistakes(readDcosReleaseConfig, 'testing: {}')[0]?.[0]).toBe('dcos-release.config.yaml has no "storage".');
  });
});
