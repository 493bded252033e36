/** The installer of plain machines, run by the machine's Python on a release that is really signed. */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SETUP } from '../../src/bake/first-boot.ts';
import { SHARED_MODULES } from '../../src/cluster/stock-install/shared-modules.ts';
import { STOCK_INSTALL } from '../../src/cluster/stock-install/stock-install.ts';
import { serveCut } from '../rig/web-server.ts';
import { parseUnit } from '../packages/unit-file.ts';
import { serveFolder, SignedReleases, type NodeRelease } from './signed-releases.ts';

const MINUTES = 60_000;
let releases: SignedReleases;
let id: string;
let keys: readonly string[];
beforeAll(async () => {
  releases = new SignedReleases();
  keys = [await releases.newKey('release')];
  id = await releases.release('first', 'release');
}, 2 * MINUTES);
afterAll(() => releases[Symbol.dispose]());

let roots = 0;
/** A machine of which cloud-init has written the files. */
function machine(release: Partial<NodeRelease>, url: string): string {
  const name = `machine-${(roots += 1)}`;
  for (const { path, content, permissions } of STOCK_INSTALL.files) {
    releases.rig.write(`${name}${path}`, content);
    chmodSync(releases.rig.path(`${name}${path}`), Number.parseInt(permissions, 8));
  }
  const told = { schema: 'dcos-node 1', release: { ...releases.nodeRelease(id, keys), ...release } };
  releases.rig.write(`${name}/etc/dcos-node/node.json`, JSON.stringify(told));
  releases.rig.write(`${name}/etc/dcos-node/late.json`, JSON.stringify({ repository_url: url }));
  return releases.rig.path(name);
}

/** Runs the installer, and shows paths and ids that differ from run to run by a word. */
async function install(root: string, ...args: readonly string[]): Promise<{ status: number | null; output: string }> {
  const program = join(root, 'usr/lib/dcos/install/dcos-node-install');
  const child = spawn('/usr/bin/python3', ['-B', program, '--root', root, ...args], {
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  releases.rig.adopt(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const status = await new Promise<number | null>((done) => child.on('close', done));
  return { status, output: output.replaceAll(root, 'ROOT').replaceAll(id, 'ID') };
}

test('the modules that it shares with the node tool are the very same', () => {
  for (const [path, text] of Object.entries(SHARED_MODULES)) {
    expect(readFileSync(join('packages/dcos-image/extra', path), 'utf8')).toBe(text);
  }
});

test('a release is installed, and nothing else of it is left behind', async () => {
  await using store = await serveFolder(releases.rig.path('store'));
  const root = machine({}, store.url);
  expect(await install(root)).toEqual({ status: 0, output: 'Installed the release ID at ROOT/opt/mesosphere.\n' });
  expect(execFileSync('ls', [join(root, 'opt')], { encoding: 'utf8' })).toBe('mesosphere\n');
  const packages = releases.manifest(id).trees[0]?.packages.join('\n');
  expect(execFileSync('ls', [join(root, 'opt/mesosphere/packages')], { encoding: 'utf8' })).toBe(`${packages}\n`);
  expect(readlinkSync(join(root, 'opt/mesosphere/bin/dcos-node'))).toMatch(/^\/opt\/mesosphere\/packages\/tool--/);
  const asked = store.requests.length;
  expect(await install(root)).toEqual({ status: 0, output: '' });
  expect(store.requests.length).toBe(asked);
});

test('without keys the hash of the manifest is enough, and no signature is asked for', async () => {
  await using store = await serveFolder(releases.rig.path('store'));
  expect((await install(machine({ keys: [] }, store.url))).status).toBe(0);
  expect(store.requests.join()).not.toContain('provenance');
});

/** Has the installer run with the root of a machine of its own, on which these programs stand for Debian's. */
function installAlone(root: string, programs: Readonly<Record<string, string>>): string {
  const folder = `${root.split('/').at(-1)}`;
  mkdirSync(join(root, 'opt'), { recursive: true });
  for (const [name, lines] of Object.entries(programs)) {
    releases.rig.write(`${folder}/programs/${name}`, `#!/bin/sh\n${lines}\n`);
    chmodSync(releases.rig.path(`${folder}/programs/${name}`), 0o755);
  }
  const bind = (kind: string, from: string, to: string): readonly string[] => [`--${kind}`, from, to];
  const options = [
    ...['/usr', '/lib', '/lib64', '/bin', '/sbin'].flatMap((path) => bind('ro-bind-try', path, path)),
    ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--dir', '/etc/profile.d'],
    ...bind('ro-bind', join(root, 'etc/dcos-node'), '/etc/dcos-node'),
    ...bind('bind', join(root, 'opt'), '/opt'),
    ...bind('ro-bind', join(root, 'programs'), '/programs'),
    ...bind('ro-bind', releases.rig.path('store'), '/mnt'),
    ...bind('ro-bind', join(root, 'usr/lib/dcos'), '/srv'),
    ...['--setenv', 'PATH', '/programs:/usr/bin:/bin'],
  ];
  const program = ['/usr/bin/python3', '-B', '/srv/install/dcos-node-install'];
  return execFileSync('bwrap', [...options, ...program], { encoding: 'utf8' }).replaceAll(id, 'ID');
}

test('on a machine of its own it takes what is missing from Debian, then hands over to the node tool', () => {
  const output = installAlone(machine({}, 'file:///mnt'), {
    'dpkg-query': 'case $4 in curl|openssl) printf installed;; *) exit 1;; esac',
    'apt-get': 'echo "apt-get $5 $6 $7 $8 as $DEBIAN_FRONTEND"',
  });
  const missing = 'ca-certificates, docker.io, ipset, iptables, iputils-ping, logrotate, tar, unzip, xz-utils';
  expect(output.split('\n')).toEqual([
    `Installing ${missing}.`,
    'apt-get update    as noninteractive',
    'apt-get install --no-install-recommends ca-certificates docker.io as noninteractive',
    'Installed the release ID at /opt/mesosphere.',
    'dcos-node setup --no-block-systemd in hello, you',
    '',
  ]);
});

test('an image that holds DC/OS is left alone', async () => {
  const root = machine({}, releases.rig.path('nowhere'));
  releases.rig.write(`${root.split('/').at(-1)}${SETUP}`, '');
  expect(await install(root)).toEqual({
    status: 0,
    output: 'This image holds DC/OS already: there is nothing to install.\n',
  });
  expect(existsSync(join(root, 'opt'))).toBe(false);
  const unit = STOCK_INSTALL.files.find(({ path }) => path.endsWith('.service'))?.content;
  expect(unit).toContain(`ConditionPathExists=!${SETUP}\n`);
});

test.each(['archive', 'move_new'])('a set-up that was interrupted at %s goes on', async (stage) => {
  const root = machine({}, releases.rig.path('nowhere'));
  const ending = stage === 'archive' ? 'old' : 'new';
  const installed = `${root.split('/').at(-1)}/opt/mesosphere`;
  releases.rig.write(`${installed}/bin.${ending}/dcos-node`, '');
  releases.rig.write(`${installed}/install_progress`, JSON.stringify({ stage, extension: '.new' }));
  expect(await install(root)).toEqual({ status: 0, output: '' });
  expect(existsSync(join(root, 'opt/mesosphere/bin/dcos-node'))).toBe(true);
});

test('a download that was cut goes on where it was, and what is half unpacked is begun anew', async () => {
  let cuts = 0;
  await using store = await serveFolder(releases.rig.path('store'), (request, response) => {
    if (!request.url?.startsWith('/bootstrap/') || (cuts += 1) > 1) return false;
    serveCut(response, readFileSync(releases.rig.path('store', request.url)), 100, {});
    return true;
  });
  const root = machine({}, store.url);
  releases.rig.write(`${root.split('/').at(-1)}/opt/mesosphere.new/bin/half`, '');
  const { status } = await install(root);
  expect(status).toBe(0);
  expect(store.requests.at(-1)).toMatch(/^GET \/bootstrap\/\w+\.bootstrap\.tar\.xz bytes=\d+-$/);
  expect(existsSync(join(root, 'opt/mesosphere/bin/half'))).toBe(false);
});

test('killed while it downloads, it installs at the next try', async () => {
  const stalled = Promise.withResolvers<void>();
  let isStalled = false;
  await using store = await serveFolder(releases.rig.path('store'), (request, response) => {
    if (!request.url?.startsWith('/bootstrap/') || isStalled) return false;
    isStalled = true;
    const bytes = readFileSync(releases.rig.path('store', request.url));
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 100), () => stalled.resolve());
    return true;
  });
  const root = machine({}, store.url);
  const program = join(root, 'usr/lib/dcos/install/dcos-node-install');
  const child = spawn('/usr/bin/python3', ['-B', program, '--root', root], { stdio: 'ignore' });
  releases.rig.adopt(child);
  await stalled.promise;
  child.kill('SIGKILL');
  await new Promise((done) => child.on('close', done));
  expect(existsSync(join(root, 'opt/mesosphere'))).toBe(false);
  expect((await install(root)).status).toBe(0);
});

test('a server that does not answer yet is waited for, and not for ever', async () => {
  let refusals = 2;
  await using store = await serveFolder(releases.rig.path('store'), (_request, response) => {
    if ((refusals -= 1) < 0) return false;
    response.writeHead(503).end();
    return true;
  });
  expect((await install(machine({}, store.url), '--wait', '60')).status).toBe(0);
  const nowhere = await install(machine({}, 'http://127.0.0.1:1'), '--wait', '0');
  expect(nowhere.output).toMatch(/^dcos-node-install: releases\/ID\/manifest\.json could not be fetched: .*refused/);
  expect(nowhere.status).toBe(1);
});

/** What is refused leaves nothing where DC/OS would be. */
async function refused(root: string): Promise<string> {
  const { status, output } = await install(root, '--wait', '0');
  expect(status).toBe(1);
  expect(existsSync(join(root, 'opt/mesosphere'))).toBe(false);
  return output;
}

test('what was changed after it was signed, or signed by others, is refused', { timeout: MINUTES }, async () => {
  const stranger = await releases.newKey('stranger');
  const copy = releases.rig.path('copy');
  await using store = await serveFolder(copy);
  const manifest = join(copy, 'releases', id, 'manifest.json');
  const { bootstrap } = releases.nodeRelease(id, keys);
  const cases: readonly [release: Partial<NodeRelease>, spoil: () => void, why: string][] = [
    [{ keys: [stranger] }, () => {}, 'none of the 1 keys that may sign releases has signed releases/ID/manifest.json'],
    [{}, () => appendFileSync(manifest, ' '), 'the manifest of ID is not the one that the id was made of'],
    [{}, () => rmSync(join(dirname(manifest), 'provenance.intoto.jsonl')), 'could not be fetched: HTTP Error 404'],
    [{}, () => appendFileSync(join(copy, `bootstrap/${bootstrap}.bootstrap.tar.xz`), 'x'), 'has not the sha256'],
    [
      { bootstrap_sha256: '0'.repeat(64) },
      () => {},
      `has no bootstrap/${bootstrap}.bootstrap.tar.xz as node.json names it`,
    ],
    [{ sha256: '0'.repeat(64) }, () => {}, 'the manifest of ID has not the sha256 0000'],
    [{ bootstrap_bytes: 0 }, () => {}, 'names no release with id, sha256'],
    [{ keys: ['-----BEGIN PUBLIC KEY-----\nx\n'] }, () => {}, 'is no PEM'],
  ];
  for (const [release, spoil, why] of cases) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(releases.rig.path('store'), copy, { recursive: true });
    spoil();
    expect(await refused(machine(release, store.url))).toContain(why);
  }
});

test('the unit runs the program that is written, as long as the node is not set up', () => {
  const text = STOCK_INSTALL.files.find(({ path }) => path.endsWith('.service'))?.content ?? '';
  const unit = parseUnit(text);
  expect([...unit.keys()]).toEqual(['Unit', 'Service', 'Install']);
  const started = unit.get('Service')?.find(({ key }) => key === 'ExecStart')?.value;
  expect(STOCK_INSTALL.files.find(({ path }) => path === started)?.permissions).toBe('0755');
  expect(text.match(/^ConditionPathExists=\|.*$/gm)).toHaveLength(2);
});
