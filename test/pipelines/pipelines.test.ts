/** The pipelines of `pipelines/`, run: every script of them, on machines that have nothing in common but the store. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { Azurite } from '../rig/azurite.ts';
import { Rig } from '../rig/rig.ts';
import { azureOutputsOf, readAzure } from './azure.ts';
import { githubOutputsOf, readGithub } from './github.ts';
import { addStandIns, type Machines, type StepEnd } from './run-pipeline.ts';
import { runPipeline, type Service } from './service.ts';

vi.setConfig({ testTimeout: 300_000 });

/** A tree in which it pays to build in two waves, with a key that it trusts. */
async function tree(): Promise<Rig> {
  const rig = Rig.withBuilder();
  rig.component('lib', { script: 'mkdir $PKG_PATH/lib; echo lib > $PKG_PATH/lib/lib.txt' });
  for (const name of ['curl', 'git', 'nginx', 'java'])
    rig.component(name, {
      buildinfo: { requires: ['lib'] },
      script: `mkdir $PKG_PATH/lib; cat /opt/mesosphere/lib/lib.txt > $PKG_PATH/lib/${name}.txt`,
    });
  const components = ['lib', 'curl'].map((name) => ({ key: `${name}|null`, state: { durationMs: 60_000 } }));
  rig.write('durations.json', JSON.stringify({ components }));
  rig.write('release.json', JSON.stringify({ name: 'Demo', version: '1.0' }));
  await rig.run('key', 'new', 'secret.pem');
  await rig.run('key', 'trust', 'secret.pem');
  // A container is there before anything is in it.
  await rig.shell('mkdir store');
  addStandIns(rig, rig.path('secret.pem'));
  return rig;
}

function github(rig: Rig, store = rig.path('store')): readonly [Service, Machines['outputsOf']] {
  const names = new Map([
    ['vars.DCOS_STORE', store],
    ['secrets.DCOS_SIGNING_KEY', readFileSync(rig.path('secret.pem'), 'utf8')],
  ]);
  return [readGithub(names), githubOutputsOf];
}

function azure(rig: Rig, store = rig.path('store')): readonly [Service, Machines['outputsOf']] {
  return [readAzure({ store }), azureOutputsOf];
}

const SERVICES = [
  { service: 'github', read: github },
  { service: 'azure', read: azure },
] as const;

test.each(SERVICES)(
  '$service: a pipeline ends with a release that is signed, verified and promoted',
  async ({ read }) => {
    using rig = await tree();
    const [service, outputsOf] = read(rig);
    const machines: Machines = { rig, env: {}, outputsOf };
    const first = await runPipeline(service, machines);
    expect(first.ends.filter(({ status }) => status !== 0)).toEqual([]);
    expect(first.ran).toEqual(['plan', 'wave1', 'wave2', 'create', 'verify', 'promote']);
    // The library was built once; the others got it from the store.
    const builds = first.ends.filter(({ name }) => name === 'Build');
    expect(builds).toHaveLength(5);
    expect(builds.filter(({ stderr }) => /\blib: built/.test(stderr))).toHaveLength(1);
    expect(builds.filter(({ stderr }) => /\blib: downloaded/.test(stderr))).toHaveLength(4);
    // What creates the release builds the bootstrap alone.
    const created = first.ends.find(({ run, name }) => run === 'create' && name.startsWith('Publish'));
    expect(created?.stderr.match(/\S+: built in/g)).toEqual(['bootstrap: built in']);
    const stable = await rig.run('release', 'show', 'stable', '--to', 'store', '--json');
    expect(JSON.parse(stable.stdout)).toMatchObject({ signature: { kind: 'accepted' }, channel: { name: 'stable' } });
    expect((await rig.run('release', 'verify', 'stable', '--to', 'store')).status).toBe(0);
    // Nobody printed the key, and it is gone from every machine.
    const secret = readFileSync(rig.path('secret.pem'), 'utf8').split('\n')[1] ?? '';
    expect(secret.length).toBeGreaterThan(40);
    expect(JSON.stringify(first.ends)).not.toContain(secret);
    expect((await rig.shell('find agents -name "*.pem"')).stdout).toBe('');

    const again = await runPipeline(service, machines);
    expect(again.ran).toEqual(['plan', 'create', 'verify', 'promote']);
    expect(again.failed).toEqual([]);
  },
);

test.each(SERVICES)('$service: a build that fails stops the release, and what was built is kept', async ({ read }) => {
  using rig = await tree();
  rig.component('git', { buildinfo: { requires: ['lib'] }, script: 'exit 1' });
  const [service, outputsOf] = read(rig);
  const { ran, failed, ends } = await runPipeline(service, { rig, env: {}, outputsOf });
  expect(ran).toEqual(['plan', 'wave1', 'wave2']);
  expect(failed).toEqual(['wave2']);
  expect(ends.filter(({ status, name }) => status !== 0 && name === 'Build').map(({ status }) => status)).toEqual([1]);
  for (const name of ['lib', 'curl', 'nginx', 'java']) expect(existsSync(rig.path('store/packages', name))).toBe(true);
  expect((await rig.run('release', 'list', '--to', 'store')).stdout).toContain('has no releases');
  rig.component('git', { buildinfo: { requires: ['lib'] }, script: 'touch $PKG_PATH/git' });
  const { stdout } = await rig.run('plan', '--matrix', 'json', '--repository', 'store');
  expect(JSON.parse(stdout)).toMatchObject({ count: 1, waves: [{ jobs: [{ components: ['git'] }] }] });
});

test('github: the same with a container of Blob Storage, by a link that may write', async () => {
  using rig = await tree();
  await using azurite = await Azurite.start();
  const store = `${await azurite.container('dcos')}?${azurite.sas('dcos')}`;
  const ends = await releaseTo(store, {}, { rig, read: github });
  // What lets write to the store is a secret as well.
  const signature = new URL(store).searchParams.get('sig') ?? '';
  expect(signature.length).toBeGreaterThan(20);
  for (const spelled of [signature, encodeURIComponent(signature)]) expect(JSON.stringify(ends)).not.toContain(spelled);
});

test('azure: the same with az://, as the file has it, and credentials in the environment', async () => {
  using rig = await tree();
  await using azurite = await Azurite.start();
  await azurite.container('dcos');
  const env = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString() };
  const ends = await releaseTo('az://devstoreaccount1/dcos', env, { rig, read: azure });
  expect(JSON.stringify(ends)).not.toContain('AccountKey');
});

/** Runs a pipeline that has to succeed. @returns what its steps printed */
async function releaseTo(
  store: string,
  env: Readonly<Record<string, string>>,
  { rig, read }: { readonly rig: Rig; readonly read: typeof github },
): Promise<readonly StepEnd[]> {
  const [service, outputsOf] = read(rig, store);
  const { ends, ran } = await runPipeline(service, { rig, env, outputsOf });
  expect(ends.filter(({ status }) => status !== 0)).toEqual([]);
  expect(ran).toEqual(['plan', 'wave1', 'wave2', 'create', 'verify', 'promote']);
  const stable = await rig.start(['release', 'show', 'stable', '--to', store, '--json'], env).end;
  expect(JSON.parse(stable.stdout)).toMatchObject({ signature: { kind: 'accepted' }, channel: { name: 'stable' } });
  return ends;
}
