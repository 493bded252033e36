import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeConfigPackages, type ConfiguredTree } from '../../../src/cluster/config/config-packages.ts';
import { bind, lateBindings } from '../../../src/cluster/config/late.ts';
import { byCodePoint } from '../../../src/model/order.ts';
import { clusterConfigSchema } from '../../../src/recipe/cluster-config.ts';
import { canonicalHash } from '../../../src/resolve/canonical-hash.ts';
import { python } from '../../rig/python.ts';

const config = clusterConfigSchema.parse({});
const tree: ConfiguredTree = {
  version: '1.7.0',
  commit: '2e5a6d5d5a7bd1ab6ba1fd4f1b7d1c4ba1c1de21',
  variant: undefined,
  bootstrap: '85f0779bd81a193d80b58f7cb0247a42fdf309ab',
  packages: ['mesos--1', 'dcos-image--1'],
};

test('the packages of one configuration', async () => {
  const made = composeConfigPackages({ config, masterCount: 3 }, tree);
  const text = [...made.packages, made.late]
    .flatMap(({ id, files }) => [
      `######## ${id}`,
      ...files.map(({ path, permissions, content }) => `---- ${path} ${permissions}\n${content.replace(/\n$/, '')}`),
    ])
    .join('\n');
  await expect(`${text}\n`).toMatchFileSnapshot('goldens/config-packages.txt');
});

/** What differs from the package that the installer makes on premises, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  '/bin/detect_ip': 'the address is asked of Azure; on premises a script of the user tells it',
  '/pkginfo.json': 'PROVIDER is azure, and not onprem',
  '/etc/dns_config': "the name server is Azure's unless said; on premises it is a public one",
  '/etc/mesos-dns.json': 'as dns_config',
};

test('the package holds what the installer puts into its own, but for what is told here', async () => {
  const program = [
    'import json',
    'from dcos_installer.config import parse_config',
    'from dcos_installer.config_package import config_files',
    `given = parse_config('{bootstrap_url: "http://a", cluster_name: it is ours, master_list: [10.0.0.5]}')`,
    `print(json.dumps(config_files(given, "#!/bin/sh")))`,
  ].join('\n');
  const { stdout, stderr } = await python(['dcos-installer'], ['-c', program]);
  expect(stderr).toBe('');
  const theirs = Object.entries<string>(JSON.parse(stdout)).map(([path, content]) => [`/${path}`, content] as const);
  const { packages, late } = composeConfigPackages({ config, masterCount: 1 }, tree);
  const bindings = lateBindings({ cluster_name: 'it is ours', master_list: '["10.0.0.5"]' });
  const [first] = packages;
  const ours = new Map([
    ...late.files.map(({ path, content }) => [path, bind(content, bindings)] as const),
    ...(first?.files ?? []).map(({ path, content }) => [path, content] as const),
  ]);
  expect([...ours.keys()].toSorted(byCodePoint)).toEqual(theirs.map(([path]) => path).toSorted(byCodePoint));
  const different = theirs.flatMap(([path, content]) => (ours.get(path) === content ? [] : [path]));
  expect(different.toSorted(byCodePoint)).toEqual(Object.keys(DIFFERENCES).toSorted(byCodePoint));
});

test('ids are those of gen: two packages of the same setup, a late one, and the sorted list of the whole cluster', () => {
  const { configId, packages, late, list } = composeConfigPackages({ config, masterCount: 3 }, tree);
  expect(configId).toMatch(/^[0-9a-f]{40}$/);
  expect(packages.map(({ id }) => id)).toEqual([`dcos-config--setup_${configId}`, `dcos-metadata--setup_${configId}`]);
  expect(late.id).toBe(`dcos-provider-${configId}-azure--setup`);
  expect(list.packages).toEqual([
    `dcos-config--setup_${configId}`,
    'dcos-image--1',
    `dcos-metadata--setup_${configId}`,
    'mesos--1',
  ]);
  expect(list.id).toBe(canonicalHash(list.packages));
});

test('the id follows from what is configured, and from nothing else', () => {
  const idOf = (given: object, masterCount = 3, of: ConfiguredTree | undefined = tree): string =>
    composeConfigPackages({ config: clusterConfigSchema.parse(given), masterCount }, of).configId;
  expect(idOf({ gc_delay: '2days', dns_search: 'a.b' })).toBe(idOf({ dns_search: 'a.b', gc_delay: '2days' }));
  expect(idOf({}, 3, { ...tree, packages: [] })).toBe(idOf({}));
  const others = [
    idOf({}),
    idOf({}, 5),
    idOf({ dns_search: 'a.b' }),
    idOf({ resolvers: ['10.0.0.1', '10.0.0.2'] }),
    idOf({ resolvers: ['10.0.0.2', '10.0.0.1'] }),
    idOf({}, 3, { ...tree, version: '1.7.1' }),
    composeConfigPackages({ config, masterCount: 3 }).configId,
  ];
  expect(new Set(others).size).toBe(others.length);
});

test('what is known only on a node is in the late package alone', () => {
  const { packages, late } = composeConfigPackages({ config, masterCount: 3 }, tree);
  expect(late.files.map(({ path }) => path)).toEqual([
    '/etc/exhibitor',
    '/etc/master_list',
    '/etc/mesos-master',
    '/etc/mesos-slave-common',
    '/pkginfo.json',
  ]);
  expect(packages.flatMap(({ files }) => files).filter(({ content }) => content.includes('LATE_BIND'))).toEqual([]);
});

test('whatever a cluster is called, a shell reads that name out of the file of the Mesos master', async () => {
  const [file] = composeConfigPackages({ config, masterCount: 1 }).late.files.filter(
    ({ path }) => path === '/etc/mesos-master',
  );
  const names = fc.sample(
    fc.string({ unit: 'grapheme', maxLength: 40 }).filter((name) => !/[\p{Cc}\p{Cs}]/u.test(name)),
    { numRuns: 60, seed: 7 },
  );
  names.push('it\'s "$HOME" `id` \\', '$$', '$&', "$'", 'LATE_BIND_PLACEHOLDER_START_master_zk_hosts_LATE');
  const texts = names.map((name) =>
    bind(file?.content ?? '', lateBindings({ cluster_name: name, master_list: '["10.0.0.5"]' })),
  );
  const program = [
    'import json, subprocess, sys',
    'for text in json.loads(sys.argv[1]):',
    '    print(json.dumps(subprocess.run(["bash", "-c", text + "printf %s \\"$MESOS_CLUSTER\\""],',
    '        stdout=subprocess.PIPE, check=True).stdout.decode()))',
  ].join('\n');
  const end = await python([], ['-c', program, JSON.stringify(texts)]);
  expect(end.stderr).toBe('');
  expect(
    end.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(names);
});

test('the node fills in the masters', () => {
  const bindings = lateBindings({ cluster_name: 'a', master_list: '["10.0.0.5","10.0.0.6","10.0.0.7"]' });
  const files = composeConfigPackages({ config, masterCount: 3 }).late.files.map(
    ({ path, content }) => [path, bind(content, bindings)] as const,
  );
  const text = new Map(files);
  expect(text.get('/etc/master_list')).toBe('["10.0.0.5", "10.0.0.6", "10.0.0.7"]\n');
  expect(text.get('/etc/exhibitor')).toContain('EXHIBITOR_STATICENSEMBLE=1:10.0.0.5,2:10.0.0.6,3:10.0.0.7\n');
  expect(text.get('/etc/mesos-slave-common')).toContain(
    'MESOS_MASTER=zk://10.0.0.5:2181,10.0.0.6:2181,10.0.0.7:2181/mesos\n',
  );
  expect([...text.values()].filter((content) => content.includes('LATE_BIND'))).toEqual([]);
});
