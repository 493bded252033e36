/** What of the configuration of DC/OS goes together. */
import { clusterConfigSchema, type ClusterConfig } from '../cluster-config.ts';
import type { ClusterDefinition } from '../cluster-definition.ts';
import { named, type Finding } from './finding.ts';

type ConfigKey = keyof ClusterConfig;

interface Need {
  readonly when: string;
  readonly holds: (config: ClusterConfig) => boolean;
  /** Parameters that count only then, and have to be there then. */
  readonly all?: readonly ConfigKey[];
  /** Parameters that count only then, of which one has to be there. */
  readonly oneOf?: readonly ConfigKey[];
}

const NEEDS: readonly Need[] = [
  {
    when: '"exhibitor_storage_backend" is "zookeeper"',
    holds: (config) => config.exhibitor_storage_backend === 'zookeeper',
    all: ['exhibitor_zk_hosts', 'exhibitor_zk_path'],
  },
  {
    when: '"exhibitor_storage_backend" is "shared_filesystem"',
    holds: (config) => config.exhibitor_storage_backend === 'shared_filesystem',
    all: ['exhibitor_fs_config_dir'],
  },
  {
    when: '"oauth_enabled" is true',
    holds: (config) => config.oauth_enabled,
    all: ['oauth_issuer_url', 'oauth_client_id'],
  },
  {
    when: '"telemetry_enabled" is true',
    holds: (config) => config.telemetry_enabled,
    all: ['signal_segment_key'],
  },
  { when: '"use_proxy" is true', holds: (config) => config.use_proxy, oneOf: ['http_proxy', 'https_proxy'] },
];

export function* configRule({ config }: Pick<ClusterDefinition, 'config'>): Iterable<Finding> {
  for (const need of NEEDS) yield* need.holds(config) ? missing(config, need) : idle(config, need);
}

function* missing(config: ClusterConfig, { when, all = [], oneOf = [] }: Need): Iterable<Finding> {
  const isGiven = (key: ConfigKey): boolean => config[key] !== undefined;
  for (const key of all.filter((each) => !isGiven(each))) {
    const hint = clusterConfigSchema.unwrap().shape[key].description ?? '';
    yield { path: ['config'], message: `${named(['config', key])} is missing, and ${when}.`, hint };
  }
  if (oneOf.length === 0 || oneOf.some(isGiven)) return;
  const names = oneOf.map((key) => named(['config', key]));
  yield { path: ['config'], message: `${names.join(' and ')} are missing, and ${when}.`, hint: 'Give one of them.' };
}

function* idle(config: ClusterConfig, { when, all = [], oneOf = [] }: Need): Iterable<Finding> {
  for (const key of [...all, ...oneOf].filter((each) => config[each] !== undefined)) {
    const path = ['config', key];
    const message = `${named(path)} has no effect: it counts only when ${when}.`;
    yield { path, message, hint: `Leave it out, or see to it that ${when}.` };
  }
}
