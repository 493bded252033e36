/** What `release create` brings for clusters: templates, configuration packages and a page, of a tree that has what they need. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bindingsOf } from '../../src/cluster/config/late.ts';
import { sorted } from '../../src/model/order.ts';
import { pythonCommand } from '../rig/python.ts';
import type { Rig } from '../rig/rig.ts';
import { smallTree } from './release-rig.ts';

let rig: Rig;
let release = '';
let copies = 0;
beforeAll(async () => {
  rig = smallTree();
  rig.component('dcos-image', { script: 'mkdir $PKG_PATH/bin; echo node > $PKG_PATH/bin/dcos-node' });
  const described = JSON.stringify({ version: '1.0', summary: 'The node', licence: 'Apache-2.0' });
  rig.write('packages/dcos-image/component.json', described);
  await succeed('key', 'new', 'release.key');
  await succeed('key', 'trust', 'release.key', '--name', 'tests');
  const args = ['release', 'create', 'testing', '--to', 'released', '--key', 'release.key', '--json'];
  release = String(JSON.parse(await succeed(...args)).release);
});
afterAll(() => rig[Symbol.dispose]());

async function succeed(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await rig.run(...args);
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** A copy of the store, to spoil. */
function store(): string {
  const name = `store-${(copies += 1)}`;
  cpSync(rig.path('released'), rig.path(name), { recursive: true, preserveTimestamps: true });
  return name;
}

function namesIn(folder: string): readonly string[] {
  const entries = readdirSync(rig.path(folder), { recursive: true, withFileTypes: true });
  const base = rig.path(folder).length + 1;
  return entries.filter((each) => each.isFile()).map((each) => `${each.parentPath}/${each.name}`.slice(base));
}

function text(path: string): string {
  return readFileSync(rig.path(path), 'utf8');
}

const TEMPLATES = [1, 3, 5].map((masters) => `azure/acs-${masters}master.azuredeploy.json`);

test('a release has templates for 1, 3 and 5 masters, in its own folder and in its channel', () => {
  const names = namesIn('released');
  const templates = names
    .filter((name) => name.endsWith('.azuredeploy.json'))
    .map((name) => name.split('/azure/')[0] ?? '');
  expect(sorted(new Set(templates))).toEqual([
    `releases/${release}`,
    'testing',
    expect.stringMatching(/^testing\/commit\/[0-9a-f]{40}$/),
  ]);
  for (const name of TEMPLATES) {
    expect(text(`released/testing/${name}`)).toBe(text(`released/releases/${release}/${name}`));
  }
  const manifest = JSON.parse(text(`released/releases/${release}/manifest.json`));
  expect(manifest.files.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(TEMPLATES));
});

test('each template has configuration packages, a late package and a list of all packages in the store', () => {
  const names = namesIn('released').filter((name) => /\/dcos-(?:config|metadata|provider)/.test(name));
  const kinds = names.map((name) => name.replaceAll(/[0-9a-f]{40}/g, 'ID').replace(/^packages\//, ''));
  expect(Object.entries(Object.groupBy(kinds, (kind) => kind)).map(([kind, all]) => [kind, all?.length])).toEqual(
    expect.arrayContaining([
      ['dcos-config/dcos-config--setup_ID.tar.xz', 3],
      ['dcos-config/dcos-config--setup_ID.manifest.json', 3],
      ['dcos-config/dcos-config--setup_ID.intoto.jsonl', 3],
      ['dcos-metadata/dcos-metadata--setup_ID.tar.xz', 3],
      ['dcos-provider-ID-azure/dcos-provider-ID-azure--setup.dcos_config', 3],
    ]),
  );
  const lists = namesIn('released/package_lists').map((name): string[] =>
    JSON.parse(text(`released/package_lists/${name}`)),
  );
  const ofClusters = lists.filter((ids) => ids.some((id) => id.startsWith('dcos-config--')));
  expect(ofClusters).toHaveLength(3);
  for (const ids of ofClusters) {
    expect(ids.map((id) => id.split('--')[0])).toEqual(['app', 'dcos-config', 'dcos-image', 'dcos-metadata', 'lib']);
    expect(names).toEqual(expect.arrayContaining(ids.slice(1, 2).map((id) => `packages/dcos-config/${id}.tar.xz`)));
  }
});

test('what a template has no right value for is a parameter without a default', () => {
  const { parameters } = JSON.parse(text(`released/releases/${release}/${TEMPLATES[1]}`));
  const required = Object.entries<object>(parameters).flatMap(([name, parameter]) =>
    'defaultValue' in parameter ? [] : [name],
  );
  expect(sorted(required)).toEqual([
    'agentEndpointDNSNamePrefix',
    'masterEndpointDNSNamePrefix',
    'masterSSHSourceAddressPrefixes',
    'masterWebSourceAddressPrefixes',
    'sshRSAPublicKey',
    'vmImageId',
  ]);
});

test('a second create of the same has nothing to do, and a promotion writes the same templates to the other channel', async () => {
  const to = ['--to', store()];
  const again = await succeed('release', 'create', 'testing', ...to, '--key', 'release.key');
  expect(again).toContain('Nothing to do');
  await succeed('release', 'promote', 'testing', 'stable', ...to);
  for (const name of TEMPLATES) {
    expect(text(`${to[1]}/stable/${name}`)).toBe(text(`released/releases/${release}/${name}`));
  }
  expect(text(`${to[1]}/stable/azure.html`)).toMatch(/<h1>DC\/OS on Azure: \S+\/stable<\/h1>/);
});

test('verify reads all of it, and finds a template that somebody has changed', async () => {
  const to = store();
  expect(await succeed('release', 'verify', 'testing', '--to', to)).toContain('It is whole.');
  const name = `releases/${release}/${TEMPLATES[0]}`;
  appendFileSync(rig.path(`${to}/${name}`), ' ');
  const { status, stdout } = await rig.run('release', 'verify', 'testing', '--to', to);
  expect([status, stdout]).toEqual([1, expect.stringMatching(`damaged +${name}`)]);
});

test('a template that was changed, and has its old size, does not get into another channel', async () => {
  const to = store();
  const path = rig.path(`${to}/releases/${release}/${TEMPLATES[0]}`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('Standard_D4s_v5', 'Standard_D8s_v5'));
  const { status, stderr } = await rig.run('release', 'promote', 'testing', 'stable', '--to', to);
  expect(stderr).toMatch(new RegExp(`${TEMPLATES[0]} of \\S+ is damaged`));
  expect([status, namesIn(to).filter((name) => name.includes('stable'))]).toEqual([1, []]);
});

test('the page tells which template is for what', () => {
  const page = text('released/testing/azure.html').replaceAll(/[0-9a-f]{40}/g, 'COMMIT');
  expect(page).toContain('<li>3 masters: <a href="azure/acs-3master.azuredeploy.json">template</a></li>');
  // A folder has no address that Azure could read.
  expect(page).not.toContain('portal.azure.com');
});

test("DC/OS's own way sets a node up with the packages of the release, and with values that it is told late", async () => {
  const folder = 'released/package_lists';
  const lists = namesIn(folder).map((file): { file: string; ids: string[] } => ({
    file,
    ids: JSON.parse(text(`${folder}/${file}`)),
  }));
  const { file = '', ids = [] } = lists.find((each) => each.ids.some((id) => id.startsWith('dcos-config--'))) ?? {};
  const configId = ids.find((id) => id.startsWith('dcos-config--'))?.replace('dcos-config--setup_', '') ?? '';
  const bootstrap = text('released/testing/bootstrap.latest');
  mkdirSync(rig.path('node/root'), { recursive: true });
  const tarball = rig.path(`released/bootstrap/${bootstrap}.bootstrap.tar.xz`);
  execFileSync('tar', ['-xf', tarball, '-C', rig.path('node/root')]);
  const late = {
    late_bound_package_id: `dcos-provider-${configId}-azure--setup`,
    bound_values: bindingsOf('it is "ours"', ['10.0.0.5']),
  };
  rig.write('node/etc/setup-flags/repository-url', `file://${rig.path('released')}`);
  rig.write('node/etc/setup-flags/cluster-package-list', file.replace('.package_list.json', ''));
  rig.write('node/etc/setup-flags/late-config.yaml', JSON.stringify(late));
  const places = ['--root', rig.path('node/root'), '--config-dir', rig.path('node/etc')];
  const args = ['setup', ...places, '--state-dir-root', rig.path('node/state'), '--no-systemd', '--rooted-systemd'];
  expect(await pythonCommand('dcos-image', 'pkgpanda', args)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(text('node/root/etc/dns_config')).toBe('RESOLVERS=168.63.129.16\n');
  expect(text('node/root/etc/master_list')).toBe('["10.0.0.5"]\n');
  expect(text('node/root/etc/mesos-master')).toContain('MESOS_CLUSTER="it is \\"ours\\""\n');
  expect(statSync(rig.path('node/root/bin/detect_ip')).mode & 0o777).toBe(0o755);
  expect(text('node/root/environment')).toMatch(/^PROVIDER=azure$/m);
  expect(text('node/root/environment')).toMatch(/^DCOS_VERSION=1\.0$/m);
});

test('a store of this machine that is cleaned keeps the configuration packages of its releases', async () => {
  await succeed('release', 'create', 'here', '--key', 'release.key');
  await succeed('store', 'gc', '--max-size', '0');
  expect(await succeed('release', 'verify', 'here')).toContain('It is whole.');
});

test('another machine fetches the configuration packages with the release', async () => {
  rmSync(rig.path('out'), { recursive: true, force: true });
  await succeed('fetch', 'testing', '--from', 'released');
  expect(namesIn('out/repository').filter((name) => /dcos-config--.*tar.xz$/.test(name))).toHaveLength(3);
});
