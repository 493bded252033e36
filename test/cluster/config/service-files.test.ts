import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bindingsOf } from '../../../src/cluster/config/late.ts';
import { serviceFiles } from '../../../src/cluster/config/service-files.ts';
import { clusterConfigSchema } from '../../../src/recipe/cluster-config.ts';
import { python } from '../../rig/python.ts';

interface Cluster {
  readonly cluster_name: string;
  readonly master_list: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** What the installer writes on premises for the same clusters. */
async function onPremises(clusters: readonly Cluster[]): Promise<unknown> {
  const given = clusters.map(({ config, ...rest }) => ({ bootstrap_url: 'http://a', ...rest, ...config }));
  const program = [
    'import json, sys',
    'from dcos_installer.config import parse_config',
    'from dcos_installer.service_config import service_files',
    'print(json.dumps([service_files(parse_config(json.dumps(each))) for each in json.loads(sys.argv[1])]))',
  ].join('\n');
  const end = await python(['dcos-installer'], ['-c', program, JSON.stringify(given)]);
  expect(end.stderr).toBe('');
  return JSON.parse(end.stdout);
}

function onAzure({ cluster_name, master_list, config }: Cluster): unknown {
  const bindings = bindingsOf(cluster_name, master_list);
  return serviceFiles({ config: clusterConfigSchema.parse(config), masterCount: master_list.length, bindings });
}

const address = fc.ipV4();
const addresses = (minLength: number, maxLength: number) => fc.uniqueArray(address, { minLength, maxLength });
/** As the installer takes it: one line of what can be printed. */
const printable = fc
  .string({
    unit: fc.constantFrom(...Array.from('aZ09 \'"\\$`!#%&*();<>?[]{}|~^=+-_,./:@é漢')),
    minLength: 1,
    maxLength: 30,
  })
  .filter((text) => text.trim() !== '');
const backend = fc.oneof(
  fc.constant({}),
  fc.constant({ exhibitor_storage_backend: 'static' }),
  fc.constant({
    exhibitor_storage_backend: 'zookeeper',
    exhibitor_zk_hosts: '10.0.0.9:2181,10.0.0.10:2181',
    exhibitor_zk_path: '/exhibitor',
  }),
  fc.constant({ exhibitor_storage_backend: 'shared_filesystem', exhibitor_fs_config_dir: '/shared/exhibitor' }),
);
const cluster: fc.Arbitrary<Cluster> = fc.record({
  cluster_name: printable,
  master_list: fc.constantFrom(1, 3, 5).chain((count) => addresses(count, count)),
  config: fc
    .tuple(
      addresses(1, 3).map((resolvers) => ({ resolvers })),
      fc.constantFrom({}, { dns_search: 'example.org' }, { dns_search: 'example.org corp.example.org' }),
      backend,
    )
    .map((parts) => Object.assign({}, ...parts)),
});

test('services of a cluster on Azure read what the installer writes on premises for the same values', async () => {
  const clusters = fc.sample(cluster, { numRuns: 200, seed: 6 });
  expect(clusters.map(onAzure)).toEqual(await onPremises(clusters));
});

test('what the installer knows nothing of is in files and variables of its own', () => {
  const known = { cluster_name: 'a', master_list: ['10.0.0.5'] };
  const plain = Object(onAzure({ ...known, config: {} }));
  const full = Object(
    onAzure({
      ...known,
      config: {
        oauth_enabled: true,
        oauth_issuer_url: 'https://login.example.org/',
        oauth_client_id: 'dc$os',
        telemetry_enabled: true,
        signal_segment_key: 'key',
        use_proxy: true,
        http_proxy: 'http://proxy.example.org:3128',
        no_proxy: ['.example.org'],
        gc_delay: '2days',
        docker_remove_delay: '1hrs',
        mesos_max_completed_tasks_per_framework: 100,
        marathon_java_args: '-Xmx4G -Xss2M',
        marathon_max_instances_per_offer: 20,
      },
    }),
  );
  const added = Object.entries(full).flatMap(([name, text]) =>
    String(text)
      .split('\n')
      .filter(
        (line) =>
          !String(plain[name] ?? '')
            .split('\n')
            .includes(line),
      )
      .map((line) => `${name}: ${line}`),
  );
  expect(added.join('\n')).toMatchInlineSnapshot(`
    "dcos-oauth.env: OAUTH_ISSUER_URL=https://login.example.org/
    dcos-oauth.env: OAUTH_CLIENT_ID="dc\\$os"
    dcos-signal.env: SIGNAL_SEGMENT_KEY=key
    marathon: MARATHON_JAVA_ARGS="-Xmx4G -Xss2M"
    marathon: MARATHON_MAX_INSTANCES_PER_OFFER=20
    mesos-master: MESOS_MAX_COMPLETED_TASKS_PER_FRAMEWORK=100
    mesos-slave-common: MESOS_GC_DELAY=2days
    mesos-slave-common: MESOS_DOCKER_REMOVE_DELAY=1hrs
    proxy.env: http_proxy=http://proxy.example.org:3128
    proxy.env: HTTP_PROXY=http://proxy.example.org:3128
    proxy.env: no_proxy=.mesos,.thisdcos.directory,.zk,127.0.0.1,localhost,169.254.169.254,168.63.129.16,.example.org
    proxy.env: NO_PROXY=.mesos,.thisdcos.directory,.zk,127.0.0.1,localhost,169.254.169.254,168.63.129.16,.example.org"
  `);
});
