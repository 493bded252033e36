import { expect, test } from 'vitest';
import { checkResult } from '../../src/build/check-result.ts';
import type { TreeEntry } from '../../src/host/normalise-tree.ts';
import { parsePackageId } from '../../src/model/package-id.ts';

const ID = parsePackageId('a--1');

function entry(path: string, more: Partial<TreeEntry> = {}): TreeEntry {
  return { path, kind: 'file', mode: 0o644, target: '', bytes: 0, ...more };
}

function check(...entries: readonly TreeEntry[]) {
  const { errors, warnings } = checkResult({
    id: ID,
    entries,
    packageInfo: '{}',
    requirements: [parsePackageId('b--1')],
  });
  return { errors: errors.map(({ message }) => message), warnings };
}

test('an ordinary package is taken without a word', () => {
  const links = [
    'tool',
    '/usr/bin/env',
    '/var/lib/dcos',
    '/opt/mesosphere/packages/a--1/bin/tool',
    '/opt/mesosphere/packages/b--1/lib',
    '/opt/mesosphere/bin/other',
    '/opt/mesosphere',
  ].map((target, index) => entry(`bin/${index}`, { kind: 'link', mode: 0o777, target }));
  const files = [entry('bin', { kind: 'folder', mode: 0o755 }), entry('bin/tool', { mode: 0o755 })];
  const units = [entry('dcos.target.wants/a.service'), entry('share/dcos.target')];
  expect(check(...links, ...files, ...units)).toEqual({ errors: [], warnings: [] });
});

test('units that start DC/OS itself are reserved, under every role', () => {
  const { errors } = check(
    entry('dcos.target.wants/dcos-setup.service'),
    entry('dcos.target.wants_master/dcos.target'),
  );
  expect(errors).toEqual([
    'a--1 brings dcos.target.wants/dcos-setup.service, a unit name that is reserved for DC/OS itself.',
    'a--1 brings dcos.target.wants_master/dcos.target, a unit name that is reserved for DC/OS itself.',
  ]);
});

test('devices, pipes and sockets can be in no package', () => {
  expect(check(entry('run/socket', { kind: 'other' })).errors).toEqual([
    'a--1 holds run/socket, a device, a pipe or a socket.',
  ]);
});

test('a pkginfo.json that the build has spoilt is refused', () => {
  const { errors } = checkResult({ id: ID, entries: [], packageInfo: 'oops', requirements: [] });
  expect(errors.map(({ code }) => code)).toEqual(['PACKAGE_REFUSED']);
});

test('what is rarely meant is a warning: open modes, set-user-id, stray links, odd names', () => {
  const { errors, warnings } = check(
    entry('open', { mode: 0o666 }),
    entry('sudo', { mode: 0o4755 }),
    entry('stray', { kind: 'link', target: '/home/builder/lib' }),
    entry('foreign', { kind: 'link', target: '/opt/mesosphere/packages/c--1/lib' }),
    entry('b\uFFFDd'),
  );
  expect(errors).toEqual([]);
  expect(warnings).toMatchInlineSnapshot(`
    [
      "open was writable by everybody, and is no more.",
      "sudo runs as its owner or group, whoever starts it.",
      "b�d has a name that is no UTF-8.",
      "stray -> /home/builder/lib is a link to where nothing of DC/OS is, or of a package that is not required.",
      "foreign -> /opt/mesosphere/packages/c--1/lib is a link to where nothing of DC/OS is, or of a package that is not required.",
    ]
  `);
});

test('a thousand of a kind are not a thousand lines', () => {
  const { warnings } = check(...Array.from({ length: 1000 }, (_, index) => entry(`file${index}`, { mode: 0o666 })));
  expect(warnings).toHaveLength(11);
  expect(warnings.at(-1)).toBe('The same is true of 990 more.');
});
