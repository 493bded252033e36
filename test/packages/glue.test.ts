/** DC/OS's own small programs, whose source is in packages/: their own tests, and what only shows between them and us. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { python, pythonCommand } from '../rig/python.ts';
import { Rig } from '../rig/rig.ts';

/** Modules that the tests of a component import besides its own. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  'dcos-cluster-id': ['zk-value-consensus', 'zk-value-consensus/tests'],
};

const tested = globSync('packages/*/tests').map((path) => path.split('/')[1] ?? '');

test('the components with tests of their own are found', () => {
  const expected = ['dcos-cluster-id', 'dcos-history-service', 'dcos-image', 'dcos-installer', 'zk-value-consensus'];
  expect(tested.toSorted()).toEqual(expect.arrayContaining(expected));
});

test.each(tested)('the tests of %s pass', { timeout: 300_000 }, async (name) => {
  const tests = `packages/${name}/tests`;
  const { status, stdout, stderr } = await python([name, ...(ALSO[name] ?? [])], ['-m', 'unittest', 'discover', tests]);
  expect(stdout + stderr).toMatch(/Ran [1-9]\d* tests? in .*\n\nOK\n$/);
  expect(status).toBe(0);
});

test.each(tested)('%s has nothing in extra/ but its source: all of it enters the id', (name) => {
  const files = globSync(`packages/${name}/extra/**/*`);
  expect(files.filter((path) => /__pycache__|\.pyc$|tests?\//.test(path))).toEqual([]);
});

const UNIT = '[Service]\nExecStart=/opt/mesosphere/bin/serve\n';

/** A tree of a service for masters, one for agents, and a library with variables, all of it built. */
async function builtTree(): Promise<Rig> {
  const rig = Rig.withBuilder();
  rig.component('library', {
    buildinfo: { environment: { LIBRARY_HOME: '/opt/mesosphere/active/library' } },
    script: 'mkdir -p $PKG_PATH/lib/deep; echo library > $PKG_PATH/lib/deep/one',
  });
  rig.component('service', {
    buildinfo: { requires: ['library'], state_directory: true },
    script: `
      mkdir -p $PKG_PATH/{bin,lib/deep,etc_slave,dcos.target.wants_master,dcos.target.wants_slave}
      echo serve > $PKG_PATH/bin/serve; echo service > $PKG_PATH/lib/deep/two; echo agent > $PKG_PATH/etc_slave/kind
      cp /pkg/extra/unit $PKG_PATH/dcos.target.wants_master/service-master.service
      cp /pkg/extra/unit $PKG_PATH/dcos.target.wants_slave/service-agent.service`,
    extra: { unit: UNIT },
  });
  const { status, stderr } = await rig.run('build');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return rig;
}

/** Unpacks the bootstrap that was built, as a node does, and runs pkgpanda on it. */
function unpackBootstrap(rig: Rig): string {
  const id = readFileSync(rig.path('out/repository/bootstrap/bootstrap.latest'), 'utf8');
  const root = rig.path('node/root');
  mkdirSync(root, { recursive: true });
  execFileSync('tar', ['-xf', rig.path(`out/repository/bootstrap/${id}.bootstrap.tar.xz`), '-C', root]);
  return root;
}

function pkgpanda(rig: Rig, ...args: readonly string[]): ReturnType<typeof python> {
  const places = ['--root', rig.path('node/root'), '--config-dir', rig.path('node/etc')];
  const state = ['--state-dir-root', rig.path('node/state')];
  return pythonCommand('dcos-image', 'pkgpanda', [...args, ...places, ...state, '--no-systemd', '--rooted-systemd']);
}

test('pkgpanda sets up a node with a bootstrap of ours, by the roles of the node', async () => {
  using rig = await builtTree();
  const root = unpackBootstrap(rig);
  const environment = readFileSync(join(root, 'environment'), 'utf8');
  const buildInfos = readFileSync(join(root, 'active.buildinfo.full.json'), 'utf8');
  rig.write('node/etc/roles/master', '');
  expect(await pkgpanda(rig, 'setup')).toEqual({ status: 0, stdout: '', stderr: '' });
  // All that was true in the bootstrap still is, with the root in the place of /opt/mesosphere.
  expect(readFileSync(join(root, 'environment'), 'utf8')).toBe(
    environment.replaceAll('/opt/mesosphere/bin', `${root}/bin`).replaceAll('/opt/mesosphere/lib', `${root}/lib`),
  );
  expect(readFileSync(join(root, 'active.buildinfo.full.json'), 'utf8')).toBe(buildInfos);
  expect(readFileSync(join(root, 'lib/deep/one'), 'utf8')).toBe('library\n');
  expect(readFileSync(join(root, 'lib/deep/two'), 'utf8')).toBe('service\n');
  const { stdout } = await pkgpanda(rig, 'active');
  const [library = '', service = ''] = stdout.trim().split('\n');
  expect(readlinkSync(join(root, 'active/service'))).toBe(join(root, 'packages', service));
  expect(readlinkSync(join(root, 'bin/serve'))).toBe(join(root, 'packages', service, 'bin/serve'));
  expect(readFileSync(join(root, 'service-master.service'), 'utf8')).toBe(UNIT);
  expect(readlinkSync(join(root, 'dcos.target.wants/service-master.service'))).toBe(
    join(root, 'service-master.service'),
  );
  for (const absent of ['service-agent.service', 'etc/kind', 'bootstrap', 'install_progress']) {
    expect(existsSync(join(root, absent))).toBe(false);
  }
  expect(existsSync(rig.path('node/state/service'))).toBe(true);
  expect(existsSync(rig.path('node/state/library'))).toBe(false);
  expect((await pkgpanda(rig, 'list')).stdout).toBe(`${library}\n${service}\n`);
  expect(JSON.parse((await pkgpanda(rig, 'show', service)).stdout)).toMatchObject({
    active: true,
    requires: ['library'],
  });
});

test('pkgpanda fetches what was built since, and makes it active in place of the old', async () => {
  using rig = await builtTree();
  unpackBootstrap(rig);
  expect((await pkgpanda(rig, 'setup')).status).toBe(0);
  rig.component('library', { script: 'mkdir -p $PKG_PATH/lib; echo newer > $PKG_PATH/lib/newer' });
  expect((await rig.run('build', 'library')).status).toBe(0);
  const id = readFileSync(rig.path('out/repository/packages/library/latest'), 'utf8');
  const url = `file://${rig.path('out/repository')}`;
  expect(await pkgpanda(rig, 'fetch', '--repository-url', url, id)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(await pkgpanda(rig, 'swap', id)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect((await pkgpanda(rig, 'active')).stdout).toContain(id);
  expect(readFileSync(rig.path('node/root/lib/newer'), 'utf8')).toBe('newer\n');
  expect(existsSync(rig.path('node/root/lib/deep/one'))).toBe(false);
});

test('a user of a package who is not there is left to the administrator where the node says so', async () => {
  using rig = Rig.withBuilder();
  rig.component('service', { buildinfo: { username: 'dcos_nobody_has_it' }, script: 'touch $PKG_PATH/x' });
  expect((await rig.run('build')).status).toBe(0);
  unpackBootstrap(rig);
  rig.write('node/etc/manual_host_users', '');
  const { status, stderr } = await pkgpanda(rig, 'setup');
  expect(status).toBe(1);
  expect(stderr).toBe(
    'pkgpanda: The user dcos_nobody_has_it is not there, and manual_host_users forbids to make it.\n',
  );
});

test('dcos_installer configures every service whose unit does not start without', async () => {
  const code = `
import json
from dcos_installer.config import ClusterConfig
from dcos_installer.service_config import service_files
print(json.dumps(sorted(service_files(ClusterConfig("http://x", "test", ("10.0.0.1",))))))`;
  const { stdout, stderr } = await python(['dcos-installer'], ['-c', code]);
  expect(stderr).toBe('');
  const units = globSync('packages/*/extra/**/*.service').map((path) => readFileSync(path, 'utf8'));
  const needed = units.flatMap((unit) => {
    const files = [...unit.matchAll(/^EnvironmentFile=\/opt\/mesosphere\/etc\/(\S+)$/gm)].map(([, name = '']) => name);
    return files.filter((name) => !unit.includes(`ConditionPathExists=/opt/mesosphere/etc/${name}\n`));
  });
  expect(needed).toContain('dns_config');
  expect(JSON.parse(stdout)).toEqual(expect.arrayContaining([...new Set(needed)]));
});

test('dcos_installer makes of a repository of ours what a node installs itself from', async () => {
  using rig = await builtTree();
  const serve = rig.path('genconf/serve');
  rig.write('genconf/config.yaml', 'bootstrap_url: file:///mnt\ncluster_name: test\nmaster_list: [127.0.0.1]\n');
  rig.write('genconf/ip-detect', '#!/bin/bash\necho 127.0.0.1\n');
  const places = ['--folder', rig.path('genconf'), '--repository', rig.path('out/repository')];
  const made = await pythonCommand('dcos-installer', 'dcos_installer', ['--genconf', ...places]);
  expect(made).toMatchObject({ status: 0, stderr: '' });
  const { status, stdout, stderr } = await rig.shell(`
    mkdir programs
    for each in systemctl useradd; do printf '#!/bin/sh\\n' > programs/$each; chmod +x programs/$each; done
    bwrap --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --tmpfs /opt --tmpfs /etc --tmpfs /var/lib \\
      --ro-bind ${serve} /mnt --ro-bind programs /srv --ro-bind ${resolve('packages/dcos-image/extra')} /media \\
      --unshare-user --uid 0 --gid 0 --setenv PATH "/srv:$PATH:/usr/sbin" --setenv PYTHONPATH /media bash -euc '
        bash /mnt/dcos_install.sh master
        /usr/bin/python3 -B /media/bin/pkgpanda setup --no-block-systemd
        ls /etc/systemd/system/dcos.target.wants /opt/mesosphere/active
        bash /opt/mesosphere/bin/detect_ip
        cat /opt/mesosphere/etc/master_list'`);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'Installing DC/OS of the cluster test, role master',
    'Set-up has begun; follow it with: journalctl -f -u dcos-setup',
    '/etc/systemd/system/dcos.target.wants:',
    'service-master.service',
    '',
    '/opt/mesosphere/active:',
    'dcos-config',
    'library',
    'service',
    '127.0.0.1',
    '["127.0.0.1"]',
    '',
  ]);
});
