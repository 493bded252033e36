/** The first boot of a machine, as far as it is a script: run in the root of an image, with a systemctl that takes notes. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { beforeAll, afterAll, expect, test } from 'vitest';
import { imageRig } from '../rig/image-rig.ts';
import type { Rig } from '../rig/rig.ts';

const MINUTES = 60_000;
let rig: Rig;
beforeAll(async () => {
  rig = await imageRig();
}, 2 * MINUTES);
afterAll(() => rig[Symbol.dispose]());

/** Bakes, and takes the root out of the disk. */
async function bakeRoot(changes: object = {}): Promise<void> {
  const definition: object = JSON.parse(readFileSync(rig.path('pipelines/images/tiny.json'), 'utf8'));
  rig.write('pipelines/images/tiny.json', JSON.stringify({ ...definition, ...changes }));
  rmSync(rig.path('root'), { recursive: true, force: true });
  const { status, stderr } = await rig.shell(`dcos-build image bake tiny --quiet >&2 && mkdir root &&
debugfs -R 'rdump / root' 'out/images/tiny/1.2.3/disk.vhd?offset=134217728' 2>/dev/null`);
  if (status !== 0) throw new Error(stderr);
  for (const name of ['grep', 'mv', 'sync']) copyFileSync(`/usr/bin/${name}`, rig.path(`root/usr/bin/${name}`));
  rig.write('root/usr/bin/systemctl', '#!/bin/bash\necho "systemctl $*" >>/systemctl.log\n');
  chmodSync(rig.path('root/usr/bin/systemctl'), 0o755);
}

async function boot(): Promise<string> {
  const { status, stdout, stderr } = await rig.shell(
    'exec bwrap --unshare-all --bind root / --proc /proc --dev /dev /usr/lib/dcos/setup',
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

const asked = () => {
  const path = rig.path('root/systemctl.log');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

test('without a role nothing is set up, and the next boot looks again', { timeout: 2 * MINUTES }, async () => {
  await bakeRoot();
  expect(await boot()).toBe(
    'There is no role in /etc/mesosphere/roles yet, so nothing of DC/OS is set up; the next boot looks again.\n',
  );
  expect(existsSync(rig.path('root/opt/mesosphere/bootstrap'))).toBe(true);
  expect(asked()).toBe('');
});

test('a role gets what pkgpanda would have linked for it, and the second boot finds nothing to do', async () => {
  const units = rig.path('root/etc/systemd/system');
  expect(existsSync(`${units}/dcos-lead.service`)).toBe(false);
  rig.write('root/etc/mesosphere/roles/master', '');
  rig.write('root/etc/mesosphere/roles/azure', '');
  expect(await boot()).toBe('Role: azure\nRole: master\n');
  expect(readdirSync(`${units}/dcos.target.wants`).toSorted()).toEqual(['dcos-all.service', 'dcos-lead.service']);
  expect(readlinkSync(`${units}/dcos.target.wants/dcos-lead.service`)).toBe('/etc/systemd/system/dcos-lead.service');
  expect(readFileSync(`${units}/dcos-lead.service`, 'utf8')).toContain('/opt/mesosphere/bin/lead');
  expect(readlinkSync(`${units}/dcos-lead.service.d/10-dcos-setup.conf`)).toBe('/usr/lib/dcos/after-setup.conf');
  const { stdout } = await rig.shell(
    'bwrap --bind root / /bin/sh -c "/opt/mesosphere/bin/lead; cat /opt/mesosphere/etc/more/lead.conf"',
  );
  expect(stdout).toBe('lead\nx');
  expect(existsSync(rig.path('root/opt/mesosphere/bootstrap'))).toBe(false);
  expect(asked()).toBe('systemctl daemon-reload\nsystemctl --no-block start dcos.target\n');
  expect(await boot()).toBe('');
  expect(asked().match(/start dcos\.target/g)).toHaveLength(1);
});

test('flags for set-up are left to pkgpanda, with the environment of DC/OS', async () => {
  rig.write('root/opt/mesosphere/bootstrap', '');
  rig.write('root/etc/mesosphere/setup-flags/cluster-package-list', 'an id');
  rig.write('root/opt/mesosphere/environment', '# a comment\n\nGREETING=hello, you\n');
  rig.write('root/opt/mesosphere/bin/pkgpanda', '#!/bin/bash\necho "pkgpanda $*: $GREETING"\n');
  chmodSync(rig.path('root/opt/mesosphere/bin/pkgpanda'), 0o755);
  expect(await boot()).toBe('pkgpanda setup --no-block-systemd: hello, you\n');
});

test('a node of a cluster is left to dcos-node, which comes before pkgpanda', async () => {
  rig.write('root/etc/dcos-node/node.json', '{}');
  expect(await boot()).toMatch(/^pkgpanda/);
  rig.write('root/opt/mesosphere/bin/dcos-node', '#!/bin/bash\necho "dcos-node $*: $GREETING"\n');
  chmodSync(rig.path('root/opt/mesosphere/bin/dcos-node'), 0o755);
  expect(await boot()).toBe('dcos-node setup --no-block-systemd: hello, you\n');
});

test.each(['archive', 'move_new'])('a set-up that was interrupted at %s is handed over, too', async (stage) => {
  const path = rig.path('root/opt/mesosphere');
  const ending = stage === 'archive' ? 'old' : 'new';
  for (const name of ['bin', 'environment']) renameSync(`${path}/${name}`, `${path}/${name}.${ending}`);
  writeFileSync(`${path}/install_progress`, JSON.stringify({ stage, extension: '.new' }));
  expect(await boot()).toBe('dcos-node setup --no-block-systemd: hello, you\n');
  rmSync(`${path}/install_progress`);
});

test('one role alone is there from the start', { timeout: 2 * MINUTES }, async () => {
  await bakeRoot({ roles: ['master'] });
  expect(readdirSync(rig.path('root/etc/systemd/system/dcos.target.wants')).toSorted()).toEqual([
    'dcos-all.service',
    'dcos-lead.service',
  ]);
  expect(existsSync(rig.path('root/usr/lib/dcos/roles/master'))).toBe(false);
  expect(await boot()).toBe('Role: master\n');
  expect(asked()).toBe('systemctl daemon-reload\nsystemctl --no-block start dcos.target\n');
});
