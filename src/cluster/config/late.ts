/**
 * Values that are known only when a node starts. Files that hold one have a placeholder in its place, and go into the late
 * package; the node fills them in, as pkgpanda does (facts: pkgpanda 13, 18).
 *
 * A node is told {@link LateValues}. What files hold is worked out of them by {@link lateBindings}, and in the same way by
 * dcos-node, in Python.
 *
 * @see packages/dcos-image/extra, and dcos/dcos gen/__init__.py
 */
import type { LateValues } from '../node-data.ts';
import { quoteVariable } from './variables.ts';

/** Names of placeholders. */
const BINDINGS = [
  /** The name as the value of a variable, in quotes where it needs them. */
  'cluster_name_variable',
  /** `1:10.0.0.1,2:10.0.0.2`, as Exhibitor takes it. */
  'exhibitor_static_ensemble',
  /** `["10.0.0.1", "10.0.0.2"]`, as Python writes a list of JSON. */
  'master_list_json',
  /** `10.0.0.1:2181,10.0.0.2:2181`, as in an address of ZooKeeper. */
  'master_zk_hosts',
] as const;
type BindingName = (typeof BINDINGS)[number];
export type Bindings = Readonly<Record<BindingName, string>>;

const START = 'LATE_BIND_PLACEHOLDER_START_';
const END = '_LATE_BIND_PLACEHOLDER_END';

/** Every binding as its placeholder: what files are made with before the values are known. */
export function placeholders(): Bindings {
  const place = (name: BindingName): string => `${START}${name}${END}`;
  return {
    cluster_name_variable: place('cluster_name_variable'),
    exhibitor_static_ensemble: place('exhibitor_static_ensemble'),
    master_list_json: place('master_list_json'),
    master_zk_hosts: place('master_zk_hosts'),
  };
}

export function isLate(content: string): boolean {
  return content.includes(START);
}

/** What the placeholders stand for, of a cluster that is known. */
export function bindingsOf(clusterName: string, masters: readonly string[]): Bindings {
  return {
    cluster_name_variable: quoteVariable(clusterName),
    exhibitor_static_ensemble: masters.map((address, index) => `${index + 1}:${address}`).join(','),
    master_list_json: `[${masters.map((address) => JSON.stringify(address)).join(', ')}]`,
    master_zk_hosts: masters.map((address) => `${address}:2181`).join(','),
  };
}

/** What the placeholders stand for on a node. @throws SyntaxError if `master_list` is no JSON */
export function lateBindings({
  cluster_name,
  master_list,
}: Pick<LateValues, 'cluster_name' | 'master_list'>): Bindings {
  const list: unknown = JSON.parse(master_list);
  return bindingsOf(cluster_name, Array.isArray(list) ? list.map(String) : []);
}

/** A file as the node writes it. */
export function bind(content: string, bindings: Bindings): string {
  return BINDINGS.reduce((text, name) => text.replaceAll(`${START}${name}${END}`, () => bindings[name]), content);
}
