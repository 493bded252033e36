/**
 * `config` of a cluster definition: the parameters of DC/OS's configuration, by the names that they have there. Only what
 * a component of the tree reads is a parameter; what follows from the rest of the definition is not.
 */
import { z } from 'zod';
import { parseIp } from '../model/cidr.ts';

const must = (pattern: RegExp, rule: string) => z.string().regex(pattern, `must be ${rule}`);

const line = must(/^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u, 'one line, without blanks around it');
const duration = must(
  /^[0-9]+(?:\.[0-9]+)?(?:ns|us|ms|secs|mins|hrs|days|weeks)$/,
  'a number with ns, us, ms, secs, mins, hrs, days or weeks behind it, such as "10mins"',
);
const url = must(/^https?:\/\/[^\s/?#]+(?:[/?#]\S*)?$/, 'an address of http or https');
const address = z.string().refine((text) => parseIp(text) !== undefined, 'must be an IPv4 address');
const host = must(/^[A-Za-z0-9.*:_/-]+$/, 'a name, a part of one such as ".mesos", or an address');
const domains = must(/^[A-Za-z0-9._-]+(?: [A-Za-z0-9._-]+)*$/, 'domains with blanks between them');
const path = must(/^\/(?!.*\/\.\.?(?:\/|$))[\w./-]+$/, 'an absolute path');
const zkHosts = must(
  /^[\w.-]+:[0-9]+(?:,[\w.-]+:[0-9]+)*$/,
  'hosts with ports, such as "10.0.0.9:2181,10.0.0.10:2181"',
);

/** Of Azure: the address at which every virtual network asks for names. */
const AZURE_RESOLVER = '168.63.129.16';

export const clusterConfigSchema = z
  .strictObject({
    resolvers: z
      .array(address)
      .min(1, 'must name 1 to 3 of them')
      .max(3, 'must name 1 to 3 of them')
      .refine((all) => new Set(all).size === all.length, 'must not name one twice')
      .default([AZURE_RESOLVER])
      .describe('Name servers for all but the names of the cluster; left out: that of Azure.'),
    dns_search: domains.optional().describe('Domains in which nodes look for names without a dot.'),
    exhibitor_storage_backend: z
      .enum(['static', 'zookeeper', 'shared_filesystem'])
      .default('static')
      .describe('Where the masters agree on the ensemble of ZooKeeper; static: it is the list of the masters.'),
    exhibitor_zk_hosts: zkHosts.optional().describe('For the backend zookeeper: the ZooKeeper that is there already.'),
    exhibitor_zk_path: path.optional().describe('For the backend zookeeper: the node in it.'),
    exhibitor_fs_config_dir: path
      .optional()
      .describe('For the backend shared_filesystem: the folder that masters share.'),
    oauth_enabled: z.boolean().default(false).describe("Whether users log in by dcos-oauth, with an issuer's tokens."),
    oauth_issuer_url: url.optional().describe('Who issues identity tokens.'),
    oauth_client_id: line.optional().describe('By which name the issuer knows this cluster.'),
    telemetry_enabled: z.boolean().default(false).describe('Whether dcos-signal reports on the cluster.'),
    signal_segment_key: line.optional().describe('The write key of the Segment account that gets the reports.'),
    use_proxy: z.boolean().default(false).describe('Whether services go out by way of a proxy.'),
    http_proxy: url.optional().describe('The proxy for http.'),
    https_proxy: url.optional().describe('The proxy for https.'),
    no_proxy: z
      .array(host)
      .default([])
      .describe("What is reached without it, beside the cluster and Azure's own addresses."),
    mesos_isolation: line.default('cgroups/cpu,cgroups/mem').describe('Isolators of the Mesos agent.'),
    executor_registration_timeout: duration.default('10mins').describe('How long the agent waits for an executor.'),
    gc_delay: duration
      .optional()
      .describe("How long the agent keeps folders of tasks that ended; left out: Mesos's week."),
    docker_remove_delay: duration.optional().describe('How long the agent keeps containers of Docker that ended.'),
    mesos_max_completed_tasks_per_framework: z
      .int('must be a whole number')
      .min(0, 'must not be negative')
      .max(1_000_000, 'must be at most 1000000')
      .optional()
      .describe('How many tasks that ended the master remembers of each framework.'),
    marathon_java_args: line.optional().describe("Options of Marathon's Java machine; left out: -Xmx2G."),
    marathon_max_instances_per_offer: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .optional()
      .describe('How many instances of one service Marathon starts by one offer; left out: 100.'),
  })
  .readonly();

export type ClusterConfig = z.output<typeof clusterConfigSchema>;
