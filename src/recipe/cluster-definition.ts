/**
 * `cluster.json`: a cluster of DC/OS on Azure. What each value may be by itself is said here, for people and for
 * editors; what must hold between values is in cluster-rules/.
 */
import { z } from 'zod';
import { clusterConfigSchema } from './cluster-config.ts';

/** Editors tell the rule in place of the pattern. */
const must = (pattern: RegExp, rule: string) =>
  z
    .string()
    .regex(pattern, `must be ${rule}`)
    .meta({ patternErrorMessage: `It must be ${rule}.` });

const line = must(/^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u, 'one line, without blanks around it');
const clusterName = must(
  /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
  '2 to 32 of a-z, 0-9 and "-", with a letter first and no "-" last',
);
const poolName = must(/^[a-z][a-z0-9]{0,11}$/, '1 to 12 of a-z and 0-9, with a letter first');
const dnsPrefix = must(
  /^[a-z][a-z0-9-]{1,43}[a-z0-9]$/,
  '3 to 45 of a-z, 0-9 and "-", with a letter first and no "-" last',
);
const vmSize = must(/^(?:Standard|Basic)_[A-Za-z0-9_-]+$/, 'a size of virtual machines, such as "Standard_D4s_v5"');
const region = must(/^[a-z][a-z0-9]+$/, 'the name of a region as "westeurope": small letters and digits, no blanks');
const cidr = must(/^[0-9.]+\/[0-9]+$/, 'a range of IPv4 addresses such as "10.0.0.0/8"');
const source = must(
  /^(?:[0-9.]+(?:\/[0-9]+)?|\*|[A-Z][A-Za-z0-9.]+)$/,
  'an IPv4 address, a range such as "203.0.113.0/24", or a service tag',
);
const ip = must(/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/, 'an IPv4 address');
const mount = must(/^\/(?!.*\/\.{0,2}(?:\/|$))[\w./-]+$/, 'an absolute path');
const text = z.string().min(1, 'must not be empty');

const generation = z
  .enum(['1', '2'])
  .default('2')
  .describe('Of the virtual machine that the image is for: 1 boots by BIOS, 2 by UEFI.');
const trustedLaunch = z
  .boolean()
  .default(true)
  .describe('Whether machines start by Secure Boot and have a virtual TPM; only generation 2 can.');
const diskControllers = z
  .array(z.enum(['SCSI', 'NVMe']))
  .min(1)
  .default(['SCSI'])
  .describe('What the image can boot from. Sizes of version 6 have NVMe alone.');
const plan = z
  .strictObject({
    name: text.describe('Name of the plan.'),
    product: text.describe('The offer.'),
    publisher: text.describe('Who sells it.'),
  })
  .optional()
  .describe('The purchase plan that machines of a Marketplace image have to name.');

const osDiskGib = z.int().min(30).max(4095).default(64).describe('Size of the system disk in GiB.');
const osDiskType = z
  .enum(['StandardSSD_LRS', 'Premium_LRS', 'Standard_LRS'])
  .default('Premium_LRS')
  .describe('Kind of the system disk.');

const dataDisk = z.strictObject({
  gib: z.int().min(1).max(32_767).describe('Size in GiB.'),
  type: z
    .enum(['StandardSSD_LRS', 'Premium_LRS', 'PremiumV2_LRS', 'Standard_LRS'])
    .default('Premium_LRS')
    .describe('Kind of the disk.'),
  mount: mount.optional().describe('Where it is mounted; left out: /dcos/volume0, /dcos/volume1 and so on.'),
});
const dataDisks = z.array(dataDisk).max(4).default([]).describe('Further managed disks of each node.');

const zones = z
  .array(z.enum(['1', '2', '3']))
  .min(1)
  .describe('Availability zones over which nodes are spread.');
const availabilitySet = z.strictObject({
  fault_domains: z.int().min(1).max(3).default(2).describe('Racks over which nodes are spread; some regions have 2.'),
  update_domains: z.int().min(1).max(20).default(5).describe('Groups of which one at a time is maintained.'),
});
const placement = z.xor([
  z.strictObject({ zones }),
  z.strictObject({ availability_set: availabilitySet.describe('An availability set, in one data centre.') }),
  z.strictObject({ regional: z.literal(true).describe('Wherever in the region Azure puts them.') }),
]);

const masters = z.strictObject({
  count: z.literal([1, 3, 5]).default(3).describe('How many masters.'),
  size: vmSize.default('Standard_D4s_v5').describe('Size of the virtual machines.'),
  os_disk_gib: osDiskGib,
  os_disk_type: osDiskType,
  data_disks: dataDisks,
  placement: placement.optional().describe('Where they are put; left out: an availability set.'),
  first_ip: ip
    .optional()
    .describe('Address of the first master, the others follow; left out: the sixth of the subnet, as 172.16.0.5.'),
});

const pool = z.strictObject({
  name: poolName.describe('Name of the pool, in names of resources and nodes.'),
  kind: z.enum(['private', 'public']).describe('Public agents are behind a load balancer with a public address.'),
  count: z.int().min(0).max(1000).default(1).describe('How many agents.'),
  size: vmSize.default('Standard_D4s_v5').describe('Size of the virtual machines.'),
  os_disk_gib: osDiskGib,
  os_disk_type: osDiskType,
  data_disks: dataDisks,
  ports: z
    .array(z.int().min(1).max(65_535))
    .optional()
    .describe('TCP ports that the load balancer of a public pool opens; left out: 80, 443 and 8080.'),
  ports_from: z
    .array(source)
    .min(1)
    .optional()
    .describe('Who may come to these ports: addresses, ranges or service tags; left out: everybody.'),
  dns_prefix: dnsPrefix
    .optional()
    .describe('First label of the name of the load balancer of a public pool; left out: a parameter of the template.'),
  attributes: z
    .record(text, text)
    .default({})
    .describe('Attributes of Mesos, for constraints of placement; "os" and "public_ip" are set already.'),
  placement: placement.optional().describe('Where they are put; left out: wherever in the region Azure puts them.'),
  orchestration: z
    .enum(['uniform', 'flexible', 'availability-set'])
    .default('uniform')
    .describe('A scale set of either mode, or single virtual machines in an availability set.'),
});

const existingSubnet = z.strictObject({
  subnet: text.describe('Name of the subnet.'),
  prefix: cidr.describe('Its addresses.'),
});
const network = z.xor([
  z.strictObject({
    address_space: z
      .array(cidr)
      .min(1)
      .default(['172.16.0.0/24', '10.0.0.0/8'])
      .describe('Addresses of the virtual network.'),
    masters: cidr.default('172.16.0.0/24').describe('Subnet of the masters.'),
    pools: z
      .record(z.string(), cidr)
      .default({})
      .describe('Subnets by name of the pool; left out: for the first pool 10.0.0.0/11, for the second 10.32.0.0/11…'),
  }),
  z.strictObject({
    existing: z
      .strictObject({
        id: text.describe('Resource id of the virtual network.'),
        masters: existingSubnet.describe('Subnet of the masters.'),
        pools: z.record(z.string(), existingSubnet).default({}).describe('Subnets by name of the pool.'),
      })
      .describe('A virtual network that is there already.'),
  }),
]);

const image = z.xor([
  z.strictObject({
    id: text.describe('Resource id of a version in an Azure Compute Gallery.'),
    generation,
    trusted_launch: trustedLaunch,
    disk_controllers: diskControllers,
    regions: z.array(region).min(1).optional().describe('Where the version is replicated to, to check the location.'),
    plan,
  }),
  z.strictObject({
    definition: text.describe('An image that was baked here, in the gallery of dcos-build.config.json.'),
    version: text.optional().describe('Its version; left out: that of the last bake.'),
    generation,
    trusted_launch: trustedLaunch,
    disk_controllers: diskControllers,
  }),
  z.strictObject({
    stock: z
      .strictObject({
        publisher: text.describe('As "Debian".'),
        offer: text.describe('As "debian-12".'),
        sku: text.describe('As "12-gen2".'),
        version: text.describe('An exact one, not "latest".'),
      })
      .describe("Somebody else's image, on which DC/OS is installed at the first boot."),
    generation,
    trusted_launch: trustedLaunch,
    disk_controllers: diskControllers,
    plan,
  }),
]);

export const clusterSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Where editors find this schema.'),
    name: clusterName.describe('Name of the cluster, first part of the names of its resources.'),
    summary: line.optional().describe('One sentence: what the cluster is for.'),
    location: region.optional().describe('Region of Azure; left out: that of the resource group.'),
    dns_prefix: dnsPrefix
      .optional()
      .describe("First label of the name of the masters' load balancer; left out: a parameter of the template."),
    admin: z
      .strictObject({
        user: must(/^[a-z_][a-z0-9_-]{0,31}$/, '1 to 32 of a-z, 0-9, "_" and "-", with a letter first')
          .default('azureuser')
          .describe('The account on the nodes.'),
        ssh_keys: z
          .array(z.string())
          .default([])
          .describe('Public keys, ed25519 or RSA; none: a parameter of the template.'),
      })
      .prefault({})
      .describe('Who administers the nodes.'),
    access: z
      .strictObject({
        ssh_from: z.array(source).default([]).describe('Who may come to the masters by ssh, at ports 2200 and up.'),
        web_from: z.array(source).default([]).describe("Who may come to the masters' web interface, 80 and 443."),
      })
      .prefault({})
      .describe('Who may come to the masters from outside: nobody, unless said.'),
    image: image.describe('What the nodes boot from.'),
    release: z
      .strictObject({
        name: text.describe('Id or version of a release, or a channel.'),
        from: text.optional().describe('The store: a place, or a name of the configuration.'),
        variant: text.optional().describe('Variant of the tree; left out: the one without a name.'),
        url: z
          .url({ protocol: /^https?$/, error: 'must be an address of http or https' })
          .optional()
          .describe('Where nodes fetch it from; left out: the public address of the store.'),
      })
      .optional()
      .describe('What of DC/OS runs on the nodes; left out: what the image holds.'),
    masters: masters.prefault({}).describe('The nodes that run the cluster.'),
    pools: z.array(pool).default([]).describe('The nodes that run its work.'),
    network: network.prefault({}).describe('Virtual network and subnets.'),
    tags: z.record(z.string(), z.string()).default({}).describe('Tags of all resources.'),
    diagnostics: z.boolean().default(true).describe('Whether Azure keeps screen and serial console of the nodes.'),
    config: clusterConfigSchema.prefault({}).describe("Parameters of DC/OS's configuration."),
  })
  .readonly();

export type ClusterDefinition = z.output<typeof clusterSchema>;
export type ClusterPool = ClusterDefinition['pools'][number];
