/** Who may come to which port: the rules of a load balancer and those of the security group behind it, from one list. */
import { expressionText } from '../arm/expression.ts';
import { holds, parseCidr } from '../model/cidr.ts';
import type { BalancedPort, ForwardedPort } from './resources/load-balancer.ts';
import { parameter } from './resources/resource.ts';
import type { Priority, RuleSource, SecurityRule } from './resources/security-group.ts';

const EVERYBODY = '0.0.0.0/0';
const FIRST_OPENING = 200;
/** The last priority that Azure lets people have. */
const LAST = 4096;

/** Ranges are a parameter of the template; service tags are not, since Azure takes each in a rule of its own only. */
export interface Sources {
  readonly parameter: string;
  readonly ranges: readonly string[];
  readonly tags: readonly string[];
}

/** A port of the nodes that is open to some. */
export interface Opening {
  readonly name: string;
  readonly port: number;
  readonly from: Sources;
  readonly by:
    | { readonly kind: 'balanced'; readonly idleMinutes: number }
    /** One port of the load balancer for each node, the others following the first. */
    | { readonly kind: 'forwarded'; readonly firstPort: number; readonly nodes: number };
}

export interface Access {
  readonly balanced: readonly BalancedPort[];
  readonly forwarded: readonly ForwardedPort[];
  readonly rules: readonly (SecurityRule & { readonly priority: Priority })[];
}

/** @param ranges as the definition has them: addresses, ranges, service tags, or `*` */
export function sourcesOf(parameterName: string, ranges: readonly string[]): Sources {
  const all = ranges.map((range) => (range === '*' ? EVERYBODY : range));
  const isTag = (range: string): boolean => /^[A-Z]/i.test(range);
  return { parameter: parameterName, ranges: widest(all.filter((range) => !isTag(range))), tags: all.filter(isTag) };
}

/** Azure refuses a list in which one range holds another. */
function widest(ranges: readonly string[]): readonly string[] {
  const read = [...new Set(ranges)].map((text) => ({
    text,
    cidr: parseCidr(text.includes('/') ? text : `${text}/32`),
  }));
  return read.flatMap(({ text, cidr }, index) => {
    const isHeld = read.some(({ cidr: other }, at) => {
      if (at === index || cidr === undefined || other === undefined || !holds(other, cidr)) return false;
      return !holds(cidr, other) || at < index;
    });
    return isHeld ? [] : [text];
  });
}

/**
 * What opens ports, and nothing else: whatever a load balancer lets in has a rule that lets it through, and a port that
 * nobody may come to has neither.
 *
 * @param inside ranges of the cluster's own nodes, which may reach each other at all ports
 */
export function accessTo(openings: readonly Opening[], inside: readonly string[]): Access {
  const open = openings.filter(({ from }) => from.ranges.length + from.tags.length > 0);
  return {
    balanced: open.flatMap(({ name, port, by }) =>
      by.kind === 'balanced' ? [{ name, port, idleMinutes: by.idleMinutes }] : [],
    ),
    forwarded: open.flatMap(({ name, port, by }) =>
      by.kind === 'balanced'
        ? []
        : Array.from({ length: by.nodes }, (_, index) => ({
            name: `${name}-${index}`,
            frontendPort: by.firstPort + index,
            backendPort: port,
          })),
    ),
    rules: [
      { ...allow('cluster', [...inside]), description: 'Nodes of the cluster reach each other.', priority: 100 },
      { ...allow('probes', 'AzureLoadBalancer'), description: 'Load balancers ask how nodes are.', priority: 110 },
      ...open.flatMap(rulesOf).map((rule, index) => ({ ...rule, priority: FIRST_OPENING + index })),
      { ...allow('rest', '*'), access: 'Deny', description: 'Nobody else comes to any port.', priority: LAST },
    ],
  };
}

function rulesOf({ name, port, from }: Opening): readonly SecurityRule[] {
  const description = `Port ${port} is open to them.`;
  const list = { list: expressionText(parameter(from.parameter)) };
  const rule = (ruleName: string, source: RuleSource): SecurityRule => {
    return { ...allow(ruleName, source), description, protocol: 'Tcp', port };
  };
  return [
    ...(from.ranges.length > 0 ? [rule(name, list)] : []),
    ...from.tags.map((tag) => rule(`${name}-${tag}`, tag)),
  ];
}

function allow(name: string, from: RuleSource): SecurityRule {
  return { name, description: '', access: 'Allow', protocol: '*', from, port: '*' };
}
