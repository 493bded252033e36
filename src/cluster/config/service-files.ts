/**
 * What services read below /opt/mesosphere/etc. For a cluster that is known these are, but for what only Azure's clusters
 * can be told, the files that the installer writes on premises: packages/dcos-installer, service_config.py.
 */
import type { ClusterConfig } from '../../recipe/cluster-config.ts';
import type { Bindings } from './late.ts';
import { formatVariables, quoteVariable } from './variables.ts';

export interface ServiceSettings {
  readonly config: ClusterConfig;
  readonly masterCount: number;
  /** What is known of the cluster, or placeholders. */
  readonly bindings: Bindings;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Ports of agents that tasks may have: all but those of ZooKeeper, Mesos and DC/OS's own services. */
const AGENT_PORTS = [
  [1025, 2180],
  [2182, 3887],
  [3889, 5049],
  [5052, 8079],
  [8082, 8180],
  [8182, 32_000],
] as const;
/** On public agents tasks may also be what the world asks for by name: 80, 443; SSH and the agent itself stay. */
const PUBLIC_AGENT_PORTS = [
  [1, 21],
  [23, 5050],
  [5052, 32_000],
] as const;

/** Reached without a proxy, always: the cluster by its names, and what of Azure is on the host. */
const NEVER_BY_PROXY = [
  '.mesos',
  '.thisdcos.directory',
  '.zk',
  '127.0.0.1',
  'localhost',
  '169.254.169.254',
  '168.63.129.16',
];

/** Text by name of the file. */
export function serviceFiles(settings: ServiceSettings): Readonly<Record<string, string>> {
  const { config, masterCount, bindings } = settings;
  return {
    dns_config: formatVariables({ RESOLVERS: config.resolvers.join(',') }),
    ...optional('dns_search_config', { SEARCH: quoted(config.dns_search) }),
    exhibitor: formatVariables(exhibitor(settings)),
    ...optional('dcos-oauth.env', oauth(config)),
    ...optional('dcos-signal.env', signal(config)),
    ...optional('marathon', marathon(config)),
    master_count: `${masterCount}\n`,
    master_list: `${bindings.master_list_json}\n`,
    'mesos-dns.json': mesosDns(config),
    'mesos-master': formatVariables(mesosMaster(settings)),
    'mesos-slave': formatVariables({ MESOS_RESOURCES: quoteVariable(ports(AGENT_PORTS)) }),
    'mesos-slave-common': formatVariables(mesosAgent(settings)),
    'mesos-slave-public': formatVariables({
      MESOS_ATTRIBUTES: quoteVariable('public_ip:true'),
      MESOS_DEFAULT_ROLE: 'slave_public',
      MESOS_RESOURCES: quoteVariable(ports(PUBLIC_AGENT_PORTS)),
    }),
    ...optional('proxy.env', proxy(config)),
  };
}

/** No file, where there is nothing to say. */
function optional(name: string, values: Variables): Readonly<Record<string, string>> {
  const text = formatVariables(values);
  return text === '' ? {} : { [name]: text };
}

function quoted(value: string | undefined): string | undefined {
  return value === undefined ? undefined : quoteVariable(value);
}

/** For Exhibitor's start script: where it keeps its own configuration. */
function exhibitor({ config, bindings }: ServiceSettings): Variables {
  if (config.exhibitor_storage_backend === 'zookeeper') {
    return {
      EXHIBITOR_BACKEND: 'ZK',
      ZK_CONFIG_CONNECT: config.exhibitor_zk_hosts,
      ZK_CONFIG_ZPATH: config.exhibitor_zk_path,
    };
  }
  if (config.exhibitor_storage_backend === 'shared_filesystem') {
    return { EXHIBITOR_BACKEND: 'SHARED_FS', EXHIBITOR_FSCONFIGDIR: config.exhibitor_fs_config_dir };
  }
  return { EXHIBITOR_BACKEND: 'STATIC', EXHIBITOR_STATICENSEMBLE: bindings.exhibitor_static_ensemble };
}

function oauth({ oauth_enabled, oauth_issuer_url, oauth_client_id }: ClusterConfig): Variables {
  return oauth_enabled ? { OAUTH_ISSUER_URL: quoted(oauth_issuer_url), OAUTH_CLIENT_ID: quoted(oauth_client_id) } : {};
}

function signal({ telemetry_enabled, signal_segment_key }: ClusterConfig): Variables {
  return telemetry_enabled ? { SIGNAL_SEGMENT_KEY: quoted(signal_segment_key) } : {};
}

function marathon({ marathon_java_args, marathon_max_instances_per_offer }: ClusterConfig): Variables {
  return {
    MARATHON_JAVA_ARGS: quoted(marathon_java_args),
    MARATHON_MAX_INSTANCES_PER_OFFER: marathon_max_instances_per_offer?.toString(),
  };
}

function mesosMaster({ config, masterCount, bindings }: ServiceSettings): Variables {
  return {
    MESOS_CLUSTER: bindings.cluster_name_variable,
    MESOS_HOSTNAME_LOOKUP: 'false',
    MESOS_LOG_DIR: '/var/log/mesos',
    MESOS_PORT: '5050',
    MESOS_QUORUM: String(quorum(masterCount)),
    MESOS_ROLES: 'slave_public',
    MESOS_WEIGHTS: 'slave_public=1',
    MESOS_WORK_DIR: '/var/lib/mesos/master',
    MESOS_ZK: 'zk://127.0.0.1:2181/mesos',
    MESOS_MAX_COMPLETED_TASKS_PER_FRAMEWORK: config.mesos_max_completed_tasks_per_framework?.toString(),
  };
}

/** So many masters have to agree. */
export function quorum(masterCount: number): number {
  return Math.floor(masterCount / 2) + 1;
}

function mesosAgent({ config, bindings }: ServiceSettings): Variables {
  return {
    MESOS_CONTAINERIZERS: 'docker,mesos',
    MESOS_EXECUTOR_REGISTRATION_TIMEOUT: config.executor_registration_timeout,
    MESOS_HOSTNAME_LOOKUP: 'false',
    MESOS_ISOLATION: quoted(config.mesos_isolation),
    MESOS_LOG_DIR: '/var/log/mesos',
    MESOS_MASTER: `zk://${bindings.master_zk_hosts}/mesos`,
    MESOS_WORK_DIR: '/var/lib/mesos/slave',
    MESOS_GC_DELAY: config.gc_delay,
    MESOS_DOCKER_REMOVE_DELAY: config.docker_remove_delay,
  };
}

/** It answers Spartan, which has the port that everybody asks. */
function mesosDns({ resolvers }: ClusterConfig): string {
  const settings = {
    domain: 'mesos',
    externalon: true,
    httpon: true,
    httpport: 8123,
    listener: '127.0.0.1',
    port: 61_053,
    refreshSeconds: 30,
    resolvers,
    timeout: 5,
    ttl: 60,
    zk: 'zk://127.0.0.1:2181/mesos',
  };
  return JSON.stringify(settings, undefined, 2);
}

/** A list of resources, as Mesos takes it in JSON. */
function ports(ranges: readonly (readonly [first: number, last: number])[]): string {
  const range = ranges.map(([first, last]) => `{"begin": ${first}, "end": ${last}}`).join(', ');
  return `[{"name": "ports", "type": "RANGES", "ranges": {"range": [${range}]}}]`;
}

/** Programs differ in whether they read the small or the capital letters. */
function proxy({ use_proxy, http_proxy, https_proxy, no_proxy }: ClusterConfig): Variables {
  if (!use_proxy) return {};
  const without = [...NEVER_BY_PROXY, ...no_proxy].join(',');
  return {
    http_proxy: quoted(http_proxy),
    HTTP_PROXY: quoted(http_proxy),
    https_proxy: quoted(https_proxy),
    HTTPS_PROXY: quoted(https_proxy),
    no_proxy: quoteVariable(without),
    NO_PROXY: quoteVariable(without),
  };
}
