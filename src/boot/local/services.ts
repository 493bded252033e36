/** The services of DC/OS that listen: what of them answers when all is well, and to whom. */

export interface Service {
  /** Part of the id of its rule: never renamed. */
  readonly name: string;
  readonly unit: string;
  readonly port: number;
  /** Whether the other machines of the cluster reach it, or the machine itself alone. */
  readonly reach: 'network' | 'itself';
  readonly ask: Question;
  /** Where the machine itself reaches it, if that is not 127.0.0.1. */
  readonly address?: string;
}

/** What it is asked, and what it has to answer. */
export type Question =
  /** A request for this path; every status below 400 is an answer. */
  | { readonly kind: 'http'; readonly path: string }
  /** Words on a connection, and those that come back begin with these. */
  | { readonly kind: 'words'; readonly say: string; readonly hear: string }
  /** A connection. */
  | { readonly kind: 'connect' };

const http = (path: string): Question => ({ kind: 'http', path });

/** A service that no package of the image has is passed over. */
export const SERVICES: readonly Service[] = [
  {
    ...{ name: 'adminrouter', unit: 'dcos-adminrouter.service', port: 80, reach: 'network' },
    ask: http('/health'),
  },
  {
    ...{ name: 'adminrouter-agent', unit: 'dcos-adminrouter-agent.service', port: 61_001, reach: 'network' },
    ask: http('/health'),
  },
  {
    ...{ name: 'history', unit: 'dcos-history-service.service', port: 15_055, reach: 'itself' },
    ask: http('/ping'),
  },
  {
    ...{ name: 'exhibitor', unit: 'dcos-exhibitor.service', port: 8181, reach: 'network' },
    ask: http('/exhibitor/v1/cluster/status'),
  },
  {
    ...{ name: 'zookeeper', unit: 'dcos-exhibitor.service', port: 2181, reach: 'network' },
    ask: { kind: 'words', say: 'ruok', hear: 'imok' },
  },
  {
    ...{ name: 'mesos-master', unit: 'dcos-mesos-master.service', port: 5050, reach: 'network' },
    ask: http('/health'),
  },
  { ...{ name: 'mesos-agent', unit: 'dcos-mesos-slave.service', port: 5051, reach: 'network' }, ask: http('/health') },
  {
    ...{ name: 'mesos-agent-public', unit: 'dcos-mesos-slave-public.service', port: 5051, reach: 'network' },
    ask: http('/health'),
  },
  { ...{ name: 'marathon', unit: 'dcos-marathon.service', port: 8080, reach: 'network' }, ask: http('/ping') },
  { ...{ name: 'mesos-dns', unit: 'dcos-mesos-dns.service', port: 8123, reach: 'network' }, ask: http('/v1/version') },
  { ...{ name: '3dt', unit: 'dcos-3dt.service', port: 1050, reach: 'network' }, ask: http('/system/health/v1') },
  { ...{ name: 'cosmos', unit: 'dcos-cosmos.service', port: 9990, reach: 'itself' }, ask: http('/admin/ping') },
  { ...{ name: 'oauth', unit: 'dcos-oauth.service', port: 8101, reach: 'itself' }, ask: { kind: 'connect' } },
  {
    ...{ name: 'spartan', unit: 'dcos-spartan.service', port: 53, reach: 'itself', address: '198.51.100.1' },
    ask: { kind: 'connect' },
  },
];
