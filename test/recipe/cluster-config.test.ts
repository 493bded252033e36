import { expect, test } from 'vitest';
import { clusterConfigSchema } from '../../src/recipe/cluster-config.ts';
import { configRule } from '../../src/recipe/cluster-rules/config.ts';

function messagesOf(config: object): string[] {
  const result = clusterConfigSchema.safeParse(config);
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('a cluster without configuration gets what is right on Azure', () => {
  expect(clusterConfigSchema.parse({})).toEqual({
    resolvers: ['168.63.129.16'],
    exhibitor_storage_backend: 'static',
    oauth_enabled: false,
    telemetry_enabled: false,
    use_proxy: false,
    no_proxy: [],
    mesos_isolation: 'cgroups/cpu,cgroups/mem',
    executor_registration_timeout: '10mins',
  });
});

test('every parameter says what it is for', () => {
  const shapes = Object.entries(clusterConfigSchema.unwrap().shape);
  expect(shapes.filter(([, schema]) => schema.description === undefined).map(([key]) => key)).toEqual([]);
});

test('all wrong values are told of at once', () => {
  const messages = messagesOf({
    resolvers: ['10.0.0.1', '10.0.0.1'],
    dns_search: 'a\nb',
    exhibitor_storage_backend: 'azure',
    executor_registration_timeout: '10 minutes',
    http_proxy: 'proxy:3128',
    no_proxy: ['a b'],
    marathon_java_args: '-Xmx1G\n',
    mesos_max_completed_tasks_per_framework: -1,
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "resolvers: must not name one twice",
      "dns_search: must be domains with blanks between them",
      "exhibitor_storage_backend: Invalid option: expected one of "static"|"zookeeper"|"shared_filesystem"",
      "http_proxy: must be an address of http or https",
      "no_proxy.0: must be a name, a part of one such as ".mesos", or an address",
      "executor_registration_timeout: must be a number with ns, us, ms, secs, mins, hrs, days or weeks behind it, such as "10mins"",
      "mesos_max_completed_tasks_per_framework: must not be negative",
      "marathon_java_args: must be one line, without blanks around it",
    ]
  `);
});

test('resolvers are one to three addresses', () => {
  expect(messagesOf({ resolvers: [] })).toEqual(['resolvers: must name 1 to 3 of them']);
  expect(messagesOf({ resolvers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] })).toEqual([
    'resolvers: must name 1 to 3 of them',
  ]);
  expect(messagesOf({ resolvers: ['ns.example.org', '010.0.0.1'] })).toEqual([
    'resolvers.0: must be an IPv4 address',
    'resolvers.1: must be an IPv4 address',
  ]);
});

test('what has no effect, and what is lacking, is a mistake', () => {
  const config = clusterConfigSchema.parse({
    exhibitor_storage_backend: 'zookeeper',
    exhibitor_zk_hosts: '10.0.0.9:2181',
    exhibitor_fs_config_dir: '/shared',
    oauth_enabled: true,
    signal_segment_key: 'key',
    use_proxy: true,
  });
  expect([...configRule({ config })].map(({ message, hint }) => `${message} ${hint}`)).toMatchInlineSnapshot(`
    [
      ""config.exhibitor_zk_path" is missing, and "exhibitor_storage_backend" is "zookeeper". For the backend zookeeper: the node in it.",
      ""config.exhibitor_fs_config_dir" has no effect: it counts only when "exhibitor_storage_backend" is "shared_filesystem". Leave it out, or see to it that "exhibitor_storage_backend" is "shared_filesystem".",
      ""config.oauth_issuer_url" is missing, and "oauth_enabled" is true. Who issues identity tokens.",
      ""config.oauth_client_id" is missing, and "oauth_enabled" is true. By which name the issuer knows this cluster.",
      ""config.signal_segment_key" has no effect: it counts only when "telemetry_enabled" is true. Leave it out, or see to it that "telemetry_enabled" is true.",
      ""config.http_proxy" and "config.https_proxy" are missing, and "use_proxy" is true. Give one of them.",
    ]
  `);
});

test('one proxy is enough', () => {
  const config = clusterConfigSchema.parse({ use_proxy: true, https_proxy: 'http://proxy.example.org:3128' });
  expect([...configRule({ config })]).toEqual([]);
});
