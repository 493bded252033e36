/** What can be said when a cluster is deployed; ACS's parameters keep their names. */
import { call, expressionText, plainText } from '../arm/expression.ts';
import type { Json } from '../model/json.ts';
import { masterAddresses } from '../recipe/cluster-subnets.ts';
import { EVERYBODY, type Sources } from './access.ts';
import { subnetParameter, type Layout, type PoolLayout } from './layout.ts';
import { largestCount } from './pools.ts';
import { parameter } from './resources/resource.ts';
import type { TemplateContext } from './template-context.ts';

export interface TemplateParameter {
  readonly name: string;
  readonly type: 'string' | 'int' | 'bool' | 'array';
  readonly description: string;
  readonly limits?: Readonly<Partial<Record<'minLength' | 'maxLength' | 'minValue' | 'maxValue', number>>>;
  /** As the template writes it: an expression, or a value. Left out: it has to be given. */
  readonly defaultValue?: Json | undefined;
  /** What the definition says where the template has no default, or another one. */
  readonly value?: Json | undefined;
  /** Whether the default holds for its author's subscription or names only. */
  readonly isOwn?: boolean;
  /** How the Marketplace asks for it; left out: it does not. */
  readonly question?: Question;
}

export interface Question {
  readonly step: 'basics' | 'account' | 'masters' | 'pools' | 'access';
  readonly as: 'text' | 'label' | 'key' | 'size' | 'count' | 'ranges' | 'check';
  readonly label: string;
  /** Of sizes: how many machines, or the name of the parameter that says so. */
  readonly machines?: number | string;
}

const LABEL = { minLength: 3, maxLength: 63 };

/** The parameter for each key of the definition: a template never has a key by default, which would be a way in. */
export function keyParameters({ definition }: Layout): readonly string[] {
  const further = definition.admin.ssh_keys.slice(1).map((_, index) => `sshPublicKey${index + 2}`);
  return ['sshRSAPublicKey', ...further];
}

export function templateParameters(layout: Layout, context: TemplateContext): readonly TemplateParameter[] {
  const { definition, pools, masters } = layout;
  return [
    ...accountParameters(layout),
    ...nameParameters(layout),
    {
      name: 'location',
      type: 'string',
      description: 'Region of Azure in which the cluster is made.',
      defaultValue: expressionText({ kind: 'member', of: call('resourceGroup'), name: 'location' }),
      value: definition.location,
    },
    sizeParameter('masterVMSize', definition.masters.size, {
      of: 'each master',
      step: 'masters',
      machines: definition.masters.count,
    }),
    ...pools.flatMap(poolParameters),
    ...networkParameters(layout),
    ...sourceParameters(masters.ssh, 'the masters by ssh'),
    ...sourceParameters(masters.web, 'the web interface of the masters'),
    ...pools.flatMap(({ outside, name }) =>
      outside === undefined ? [] : sourceParameters(outside.from, `the ports of pool ${name}`),
    ),
    ...imageParameters(context),
    {
      name: 'dcosRepositoryURL',
      type: 'string',
      description: 'Where nodes fetch releases of DC/OS from; may be empty if the image holds all they need.',
      limits: { maxLength: 2048 },
      defaultValue: plainText(definition.release?.url ?? context.repositoryUrl ?? ''),
      question: { step: 'masters', as: 'text', label: 'Address of the releases' },
    },
    {
      name: 'enableVMDiagnostics',
      type: 'bool',
      description: 'Whether Azure keeps screen and serial console of the nodes.',
      defaultValue: definition.diagnostics,
      question: { step: 'access', as: 'check', label: 'Keep screen and serial console' },
    },
  ];
}

function accountParameters(layout: Layout): readonly TemplateParameter[] {
  const { user, ssh_keys: keys } = layout.definition.admin;
  return [
    {
      name: 'linuxAdminUsername',
      type: 'string',
      description: 'The account on the nodes that the public key opens.',
      limits: { minLength: 1, maxLength: 32 },
      defaultValue: user,
      question: { step: 'account', as: 'text', label: 'Account' },
    },
    ...keyParameters(layout).map((name, index): TemplateParameter => {
      const description = 'Public key of ssh, in one line: "ssh-ed25519 …" or "ssh-rsa …".';
      const label = index === 0 ? 'Public key' : `Public key ${index + 1}`;
      return {
        name,
        type: 'string',
        description,
        limits: { minLength: 1 },
        value: keys[index],
        question: { step: 'account', as: 'key', label },
      };
    }),
  ];
}

function nameParameters({ definition, pools }: Layout): readonly TemplateParameter[] {
  const label = (name: string, of: string, defaultValue: string | undefined): TemplateParameter => {
    const description = `First label of the name of ${of} in DNS; unique in the region.`;
    return {
      name,
      type: 'string',
      description,
      limits: LABEL,
      defaultValue,
      isOwn: true,
      question: { step: 'basics', as: 'label', label: `Name of ${of} in DNS` },
    };
  };
  const suffix = call('uniqueString', { kind: 'member', of: call('resourceGroup'), name: 'id' }, parameter(MASTER_DNS));
  return [
    {
      name: 'clusterName',
      type: 'string',
      description: 'Name of the cluster, as its users see it.',
      limits: { minLength: 1, maxLength: 128 },
      defaultValue: definition.name,
      question: { step: 'basics', as: 'text', label: 'Name of the cluster' },
    },
    label(MASTER_DNS, 'the masters', definition.dns_prefix),
    ...pools.flatMap(({ name, outside, pool }) =>
      outside === undefined ? [] : [label(outside.dnsParameter, `the agents of pool ${name}`, pool.dns_prefix)],
    ),
    {
      name: 'nameSuffix',
      type: 'string',
      description: 'What names of resources end with, so that several clusters can be in one resource group.',
      limits: { minLength: 1, maxLength: 13 },
      defaultValue: expressionText(suffix),
    },
  ];
}

const MASTER_DNS = 'masterEndpointDNSNamePrefix';

function poolParameters({ name, pool, parameters }: PoolLayout): readonly TemplateParameter[] {
  return [
    {
      name: parameters.count,
      type: 'int',
      description: `How many agents pool ${name} has.`,
      limits: { minValue: 0, maxValue: largestCount(pool) },
      defaultValue: pool.count,
      question: { step: 'pools', as: 'count', label: `Agents of pool ${name}` },
    },
    sizeParameter(parameters.size, pool.size, {
      of: `each agent of pool ${name}`,
      step: 'pools',
      machines: parameters.count,
    }),
  ];
}

interface SizeOf {
  readonly of: string;
  readonly step: Question['step'];
  readonly machines: number | string;
}

function sizeParameter(name: string, size: string, { of, step, machines }: SizeOf): TemplateParameter {
  return {
    name,
    type: 'string',
    description: `Size of the virtual machine of ${of}.`,
    defaultValue: size,
    question: { step, as: 'size', label: `Size of ${of}`, machines },
  };
}

function networkParameters({ definition, pools }: Layout): readonly TemplateParameter[] {
  const { network } = definition;
  const first: TemplateParameter = {
    name: 'firstConsecutiveStaticIP',
    type: 'string',
    description: "Address of the first master in the masters' subnet; the others follow it.",
    limits: { minLength: 7, maxLength: 15 },
    defaultValue: masterAddresses(definition)[0],
  };
  if (!('existing' in network)) return [first];
  const { id, masters, pools: subnets } = network.existing;
  const subnet = (group: string, of: string, name: string): TemplateParameter => {
    const description = `Resource id of the subnet of ${of}.`;
    const defaultValue = plainText(`${id}/subnets/${name}`);
    return {
      name: subnetParameter(group),
      type: 'string',
      description,
      defaultValue,
      isOwn: true,
      question: { step: 'access', as: 'text', label: `Subnet of ${of}` },
    };
  };
  return [
    first,
    subnet('master', 'the masters', masters.subnet),
    ...pools.map(({ name }) => subnet(name, `pool ${name}`, subnets[name]?.subnet ?? name)),
  ];
}

function sourceParameters(sources: Sources, what: string): readonly TemplateParameter[] {
  if (sources.kind !== 'ranges') return [];
  const { parameter: name, ranges } = sources;
  const description = `Ranges of addresses, as 203.0.113.0/24, that may come to ${what}.`;
  const question = { step: 'access', as: 'ranges', label: `Who may come to ${what}` } as const;
  const isOwn = !ranges.includes(EVERYBODY);
  return [{ name, type: 'array', description, limits: { minLength: 1 }, defaultValue: ranges, isOwn, question }];
}

function imageParameters({ image }: TemplateContext): readonly TemplateParameter[] {
  if (image.kind === 'stock') return [];
  const description = 'Resource id of a version of an image in an Azure Compute Gallery.';
  const question = { step: 'masters', as: 'text', label: 'Image' } as const;
  return [{ name: 'vmImageId', type: 'string', description, defaultValue: plainText(image.id), isOwn: true, question }];
}
