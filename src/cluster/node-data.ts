/** What cloud-init gives the nodes of one role: text around values that only Azure Resource Manager knows. */

/** Values that are settled when the template is deployed. */
export const LATE_NAMES = ['cluster_name', 'master_list', 'master_fqdn', 'agent_fqdn', 'repository_url'] as const;
export type LateName = (typeof LATE_NAMES)[number];

/** Lists are texts of JSON, as `["172.16.0.5"]`, since all parameters of DC/OS's configuration are texts. */
export type LateValues = Readonly<Record<LateName, string>>;

/** The whole is `head`, base64 of the JSON of {@link LateValues}, `tail`: nothing has to be quoted. */
export interface NodeData {
  readonly head: string;
  readonly tail: string;
}

/** As Azure Resource Manager puts it together, before it encodes it. */
export function joinNodeData({ head, tail }: NodeData, values: LateValues): string {
  return `${head}${Buffer.from(JSON.stringify(values)).toString('base64')}${tail}`;
}
