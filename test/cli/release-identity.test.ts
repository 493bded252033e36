import { expect, test } from 'vitest';
import { Azurite } from '../rig/azurite.ts';
import { managedIdentity, selfSigned } from '../rig/entra.ts';
import { Rig } from '../rig/rig.ts';

const ACCOUNT = 'devstoreaccount1';

test('whoever runs it with an identity of Entra ID publishes, shares by a user delegation key, and shows no token', async () => {
  using rig = Rig.withBuilder();
  const tls = selfSigned(rig.folder);
  // The test itself looks at the container over https, too.
  await using azurite = await Azurite.start(tls);
  await using identity = await managedIdentity();
  rig.component('hello', { script: 'echo hello > $PKG_PATH/hello' });
  const storage = { kind: 'azure', account: ACCOUNT, endpoint: `${azurite.url}/${ACCOUNT}`, container: 'dcos' };
  rig.write('dcos-build.config.json', JSON.stringify({ preferred: 'main', storages: { main: storage } }));
  const env = { ...identity.env, NODE_EXTRA_CA_CERTS: tls.cert };
  const run = (...args: readonly string[]) => rig.start(args, env).end;

  const without = await run('release', 'create', 'testing');
  expect([without.status, without.stderr]).toEqual([1, expect.stringContaining('there is no container "dcos"')]);
  const made = await rig.shell(`NODE_EXTRA_CA_CERTS=${tls.cert} '${process.execPath}' --input-type=module -e "
    import { BlobServiceClient } from '${import.meta.resolve('@azure/storage-blob')}';
    const text = '${azurite.connectionString()}'.replace('Protocol=http;', 'Protocol=https;');
    await BlobServiceClient.fromConnectionString(text).getContainerClient('dcos').create();"`);
  expect([made.status, made.stderr]).toEqual([0, '']);

  const created = await run('release', 'create', 'testing');
  expect([created.status, created.stdout]).toEqual([0, expect.stringContaining('the channel "testing" has it now')]);
  const shared = await run('release', 'share', 'testing', '--expires', '1h', '--json');
  const { url }: { readonly url: string } = JSON.parse(shared.stdout);
  // These are the fields of a SAS that a user delegation key signs.
  expect([...new URL(url).searchParams.keys()]).toEqual(expect.arrayContaining(['skoid', 'sktid', 'ske', 'sig']));
  const tooLong = await run('release', 'share', 'testing', '--expires', '8d');
  expect([tooLong.status, tooLong.stderr]).toEqual([2, expect.stringContaining('is good for 7 days at most')]);
  // Who has the link needs no identity, can read, and cannot write.
  const fetched = await rig.start(['fetch', 'testing', '--from', url, '--out', 'other'], {
    NODE_EXTRA_CA_CERTS: tls.cert,
  }).end;
  expect([fetched.status, fetched.stderr]).toEqual([0, '']);
  const written = await rig.start(['release', 'promote', 'testing', 'stable', '--to', url], {
    NODE_EXTRA_CA_CERTS: tls.cert,
  }).end;
  expect([written.status, written.stderr]).toEqual([
    3,
    expect.stringContaining('its SAS does not give the right to write'),
  ]);

  expect(identity.tokens.length).toBeGreaterThan(0);
  const said = [without, created, written].map(({ stdout, stderr }) => stdout + stderr).join('');
  const secrets = [
    ...identity.tokens,
    new URL(url).searchParams.get('sig') ?? '',
    identity.env['IDENTITY_HEADER'] ?? '',
  ];
  expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
});
