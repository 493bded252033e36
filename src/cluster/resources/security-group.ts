/** Network security groups: who may come to which port. */
import type { ExpressionText } from '../../arm/expression.ts';
import type { JsonObject } from '../../model/json.ts';
import { resource, type ResourceRef } from './resource.ts';

/** One prefix or service tag, or a list of prefixes: Azure takes no tag in a list. */
type RuleSource = string | readonly string[] | { readonly list: ExpressionText };

export interface SecurityRule {
  readonly name: string;
  readonly description: string;
  readonly access: 'Allow' | 'Deny';
  readonly protocol: 'Tcp' | '*';
  readonly from: RuleSource;
  readonly port: number | '*';
}

/** From 100 to 4096; lower ones are looked at first. */
export type Priority = number;

interface SecurityGroupOptions {
  readonly rules: readonly (SecurityRule & { readonly priority: Priority })[];
  readonly tags: JsonObject;
}

export function securityGroup(group: ResourceRef, { rules, tags }: SecurityGroupOptions): JsonObject {
  return resource(group, { tags, properties: { securityRules: rules.map(ruleJson) } });
}

function ruleJson(rule: SecurityRule & { readonly priority: Priority }): JsonObject {
  const { name, description, priority, access, protocol, port } = rule;
  return {
    name,
    properties: {
      description,
      priority,
      direction: 'Inbound',
      access,
      protocol,
      ...sourceJson(rule.from),
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: String(port),
    },
  };
}

function sourceJson(from: RuleSource): JsonObject {
  if (typeof from === 'string') return { sourceAddressPrefix: from };
  return { sourceAddressPrefixes: 'list' in from ? from.list : from };
}
