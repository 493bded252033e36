import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { activate, type ActivePackage } from '../../src/build/activate.ts';
import { UserErrors } from '../../src/model/errors.ts';
import { parsePackageId } from '../../src/model/package-id.ts';
import { Scratch } from '../rig/scratch.ts';

class Packages extends Scratch {
  readonly all: ActivePackage[] = [];

  /** A package with these files (path to content) and this pkginfo.json. */
  add(name: string, files: readonly string[], packageInfo: object = {}): string {
    const id = parsePackageId(`${name}--1`);
    for (const file of files) this.write(`store/${id}/${file}`, file);
    this.write(`store/${id}/pkginfo.json`, JSON.stringify(packageInfo));
    this.write(`store/${id}/buildinfo.full.json`, JSON.stringify({ name }));
    this.all.push({ id, folder: this.path('store', id) });
    return this.path('store', id);
  }

  async activate(withUnits = true): Promise<void> {
    await activate({ root: this.path('root'), packages: this.all.toReversed(), withUnits });
  }

  async failure(): Promise<string> {
    const error: unknown = await this.activate().catch((reason: unknown) => reason);
    if (!(error instanceof Error) || existsSync(this.path('root'))) throw new Error('it was activated');
    return error.message;
  }
}

/** Every path below a folder; links with their targets. */
function list(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below))
    .toSorted()
    .flatMap((name) => {
      const path = join(below, name);
      const stats = lstatSync(join(folder, path));
      if (stats.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(folder, path))}`];
      return stats.isDirectory() ? [`${path}/`, ...list(folder, path)] : [path];
    });
}

test('the root that pkgpanda makes: folders merged, files linked to where they are installed, units too', async () => {
  using rig = new Packages();
  const a = rig.add('a', [
    'bin/tool',
    'lib/python/one.py',
    'etc/a.conf',
    'share/not-linked',
    'dcos.target.wants/a.service',
  ]);
  rig.add('b', ['lib/python/two.py', 'lib/libb.so.1', 'include/b.h'], { requires: ['a'] });
  symlinkSync('libb.so.1', rig.path('store/b--1/lib/libb.so'));
  symlinkSync('python', join(a, 'lib/python3'));
  await rig.activate();
  expect(list(rig.path('root'))).toMatchInlineSnapshot(`
    [
      "active/",
      "active/a -> /opt/mesosphere/packages/a--1",
      "active/b -> /opt/mesosphere/packages/b--1",
      "active.buildinfo.full.json",
      "bin/",
      "bin/tool -> /opt/mesosphere/packages/a--1/bin/tool",
      "dcos.target.wants/",
      "dcos.target.wants/a.service -> /opt/mesosphere/packages/a--1/dcos.target.wants/a.service",
      "environment",
      "environment.export",
      "etc/",
      "etc/a.conf -> /opt/mesosphere/packages/a--1/etc/a.conf",
      "etc/dcos-service-configuration.json",
      "include/",
      "include/b.h -> /opt/mesosphere/packages/b--1/include/b.h",
      "lib/",
      "lib/libb.so -> /opt/mesosphere/packages/b--1/lib/libb.so",
      "lib/libb.so.1 -> /opt/mesosphere/packages/b--1/lib/libb.so.1",
      "lib/python/",
      "lib/python/one.py -> /opt/mesosphere/packages/a--1/lib/python/one.py",
      "lib/python/two.py -> /opt/mesosphere/packages/b--1/lib/python/two.py",
      "lib/python3 -> /opt/mesosphere/packages/a--1/lib/python3",
      "packages/",
    ]
  `);
});

test('environment files: the header, then each package by id, values bare', async () => {
  using rig = new Packages();
  rig.add('b', [], { environment: { JAVA_HOME: '/opt/mesosphere/x y', COUNT: 5, ON: true } });
  rig.add('a', []);
  await rig.activate();
  expect(rig.read('root/environment')).toMatchInlineSnapshot(`
    "# Read by units as EnvironmentFile=. Made by activation: changes here are lost.
    LD_LIBRARY_PATH=/opt/mesosphere/lib
    PATH=/opt/mesosphere/bin:/usr/bin:/bin:/sbin

    # package: a--1

    # package: b--1
    COUNT=5
    JAVA_HOME=/opt/mesosphere/x y
    ON=True

    "
  `);
  expect(rig.read('root/environment.export')).toMatchInlineSnapshot(`
    "# Sourced by shells. Made by activation: changes here are lost.
    export LD_LIBRARY_PATH=/opt/mesosphere/lib
    export PATH="/opt/mesosphere/bin:$PATH"

    # package: a--1

    # package: b--1
    export COUNT=5
    export JAVA_HOME=/opt/mesosphere/x y
    export ON=True

    "
  `);
});

test('active.buildinfo.full.json holds that of each package, null for one that has none', async () => {
  using rig = new Packages();
  rig.add('a', []);
  rig.write('store/config--setup_1/pkginfo.json', '{}');
  rig.all.push({ id: parsePackageId('config--setup_1'), folder: rig.path('store/config--setup_1') });
  await rig.activate();
  expect(rig.read('root/active.buildinfo.full.json')).toBe('{\n  "a":{\n    "name":"a"\n  },\n  "config":null\n}');
});

test('sysctl settings are written for the services that a package brings, wherever their units lie', async () => {
  using rig = new Packages();
  const sysctl = { 'dcos-a': { 'vm.max_map_count': 262_144 }, 'dcos-other': { 'vm.swappiness': 1 } };
  rig.add('a', ['dcos.target.wants_slave/dcos-a.service'], { sysctl });
  await rig.activate();
  expect(rig.read('root/etc/dcos-service-configuration.json')).toBe(
    '{\n  "sysctl":{\n    "dcos-a":{\n      "vm.max_map_count":262144\n    }\n  }\n}',
  );
});

test('without settings the service configuration is there and empty; units are left out of bootstraps', async () => {
  using rig = new Packages();
  rig.add('a', ['dcos.target.wants/a.service', 'etc/dcos-service-configuration.json']);
  await rig.activate(false);
  expect(rig.read('root/etc/dcos-service-configuration.json')).toBe('{\n  "sysctl":{}\n}');
  expect(existsSync(rig.path('root/dcos.target.wants'))).toBe(false);
});

test('a well-known folder may be a link within its package, and leads nowhere else', async () => {
  using rig = new Packages();
  const a = rig.add('a', ['lib64/liba.so']);
  symlinkSync('lib64', join(a, 'lib'));
  symlinkSync('/etc', join(a, 'etc'));
  await rig.activate();
  expect(readlinkSync(rig.path('root/lib/liba.so'))).toBe('/opt/mesosphere/packages/a--1/lib/liba.so');
  expect(readdirSync(rig.path('root/etc'))).toEqual(['dcos-service-configuration.json']);
});

test('all conflicts of files are told at once, as which two packages own which file, and nothing is written', async () => {
  using rig = new Packages();
  rig.add('a', ['bin/x', 'lib/both', 'lib/folder/file']);
  rig.add('b', ['bin/x', 'lib/both/inner', 'lib/free']);
  const c = rig.add('c', ['lib/free']);
  mkdirSync(join(c, 'elsewhere'));
  symlinkSync('../elsewhere', join(c, 'lib/folder'));
  expect((await rig.failure()).split('\n')).toEqual([
    'a--1 and b--1 both install bin/x, lib/both.',
    'a--1 and c--1 both install lib/folder.',
    'b--1 and c--1 both install lib/free.',
  ]);
  // A link to a folder, merged with a folder, made pkgpanda write into the package.
  expect(readdirSync(join(c, 'elsewhere'))).toEqual([]);
});

test('two versions of one library: the first files are named, the rest counted', async () => {
  using rig = new Packages();
  const files = Array.from({ length: 30 }, (_, index) => `lib/${String(index).padStart(2, '0')}`);
  rig.add('a', files);
  rig.add('b', files);
  expect(await rig.failure()).toMatch(/^a--1 and b--1 both install lib\/00, .*, lib\/19 and 10 more\.$/);
});

test('everything else that stands against it, all at once and sorted', async () => {
  using rig = new Packages();
  rig.add('a', [], { environment: { PATH: '/x', SHARED: '1' }, group: 'g', requires: ['missing'] });
  rig.add('b', [], { environment: { SHARED: '1' }, sysctl: { s: { 'vm.x': 1 } } });
  rig.add('c', ['c.service'], { sysctl: { t: { 'vm.x': 2 } } });
  rig.write('store/b--2/pkginfo.json', '{}');
  rig.all.push({ id: parsePackageId('b--2'), folder: rig.path('store/b--2') });
  const error: unknown = await rig.activate().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserErrors);
  expect(error instanceof UserErrors ? error.errors.map(({ message, code }) => `${code} ${message}`) : [])
    .toMatchInlineSnapshot(`
    [
      "ACTIVATION_CONFLICT Several builds of b would be active at once: b--1, b--2.",
      "ACTIVATION_CONFLICT The sysctl vm.x is 1 for b--1 and 2 for c--1.",
      "ACTIVATION_CONFLICT The variable SHARED is set by several packages: a--1, b--1.",
      "ACTIVATION_CONFLICT a--1 has the group "g" and no username.",
      "ACTIVATION_CONFLICT a--1 requires missing, which is not active.",
      "ACTIVATION_CONFLICT a--1 sets PATH in its environment.",
      "ACTIVATION_CONFLICT b--1 has sysctl settings and no unit file (*.service) anywhere.",
    ]
  `);
});
