/** Who may come to which port: the rules of a load balancer and those of the security group behind it, from one list. */
import { expressionText } from '../arm/expression.ts';
import { holds, parseCidr } from '../model/cidr.ts';
import type { BalancedPort, ForwardedPort } from './resources/load-balancer.ts';
import { parameter } from './resources/resource.ts';
import type { Priority, SecurityRule } from './resources/security-group.ts';

export const EVERYBODY = '0.0.0.0/0';
const FIRST_OPENING = 200;
/** Ranges that are private, or shared by the customers of a provider. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].flatMap(
  (text) => parseCidr(text) ?? [],
);
/** The last priority that Azure lets people have. */
const LAST = 4096;

/**
 * Who may come: nobody, ranges of addresses, which are a parameter of the template, or what one service tag stands for.
 * Azure takes no tag in a list.
 */
export type Sources =
  | { readonly kind: 'nobody' }
  | {
      readonly kind: 'ranges';
      readonly parameter: string;
      readonly ranges: readonly string[];
      /** Whether they hold addresses of the Internet; others come through the virtual network. */
      readonly isOutside: boolean;
    }
  | { readonly kind: 'tag'; readonly tag: string };

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

/** Whether they come to public addresses, so that load balancers have to let them through. */
export function isFromOutside(from: Sources): boolean {
  if (from.kind === 'tag') return from.tag !== 'VirtualNetwork';
  return from.kind === 'ranges' && from.isOutside;
}

/** @param given as the definition has them: ranges, or one service tag, or `*` */
export function sourcesOf(parameterName: string, given: readonly string[]): Sources {
  const [first] = given;
  if (first === undefined) return { kind: 'nobody' };
  if (/^[A-Z]/.test(first)) return { kind: 'tag', tag: first };
  const ranges = given.map((range) => (range === '*' ? EVERYBODY : range));
  return { kind: 'ranges', parameter: parameterName, ranges, isOutside: !ranges.every(isPrivate) };
}

/**
 * What opens ports, and nothing else: whatever a load balancer lets in has a rule that lets it through, and a port that
 * nobody may come to has neither.
 *
 * @param inside ranges of the cluster's own nodes, which may reach each other at all ports
 */
export function accessTo(openings: readonly Opening[], inside: readonly string[]): Access {
  const open = openings.filter(isToSome);
  const outside = open.filter(({ from }) => isFromOutside(from));
  return {
    balanced: outside.flatMap(({ name, port, by }) =>
      by.kind === 'balanced' ? [{ name, port, idleMinutes: by.idleMinutes }] : [],
    ),
    forwarded: outside.flatMap(({ name, port, by }) =>
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
      ...open.map((opening, index) => ({ ...ruleOf(opening), priority: FIRST_OPENING + index })),
      { ...allow('rest', '*'), access: 'Deny', description: 'Nobody else comes to any port.', priority: LAST },
    ],
  };
}

/** A single address is a range of one. */
function isPrivate(range: string): boolean {
  const cidr = parseCidr(range.includes('/') ? range : `${range}/32`);
  return cidr !== undefined && PRIVATE.some((outer) => holds(outer, cidr));
}

type Open = Opening & { readonly from: Exclude<Sources, { readonly kind: 'nobody' }> };

function isToSome(opening: Opening): opening is Open {
  return opening.from.kind !== 'nobody';
}

function ruleOf({ name, port, from }: Open): SecurityRule {
  const source = from.kind === 'ranges' ? { list: expressionText(parameter(from.parameter)) } : from.tag;
  return { ...allow(name, source), description: `Who may come to port ${port}.`, protocol: 'Tcp', port };
}

function allow(name: string, from: SecurityRule['from']): SecurityRule {
  return { name, description: '', access: 'Allow', protocol: '*', from, port: '*' };
}
