/** `cluster.json`: a cluster of DC/OS on Azure. What the JSON alone can tell is checked here. */
import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/);
const dnsPrefix = z.string().regex(/^[a-z][a-z0-9-]{1,43}[a-z0-9]$/);
const size = z.string().regex(/^Standard_[A-Za-z0-9_-]+$/);
const prefix = z.string();
const port = z.int().min(1).max(65_535);

const diskSchema = z.strictObject({
  gib: z.int().min(1).max(32_767),
  type: z.enum(['StandardSSD_LRS', 'Premium_LRS', 'PremiumV2_LRS', 'Standard_LRS']).default('Premium_LRS'),
  /** Where it is mounted; left out: /dcos/volume<i>. */
  mount: z.string().optional(),
});

const placementSchema = z.union([
  z.strictObject({ zones: z.array(z.enum(['1', '2', '3'])).min(1) }),
  z.strictObject({
    availability_set: z.strictObject({
      fault_domains: z.int().min(1).max(3).default(2),
      update_domains: z.int().min(1).max(20).default(5),
    }),
  }),
  z.strictObject({ regional: z.literal(true) }),
]);

const mastersSchema = z.strictObject({
  count: z.union([z.literal(1), z.literal(3), z.literal(5)]).default(3),
  size: size.default('Standard_D4s_v5'),
  os_disk_gib: z.int().min(30).max(4095).default(64),
  os_disk_type: z.enum(['StandardSSD_LRS', 'Premium_LRS', 'Standard_LRS']).default('Premium_LRS'),
  data_disks: z.array(diskSchema).max(4).default([]),
  /** Placement of masters; left out: an availability set. */
  placement: placementSchema.optional(),
  /** Address of the first one; the others follow. */
  first_ip: z.string().optional(),
});

const poolSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9]{0,11}$/),
  kind: z.enum(['private', 'public']),
  count: z.int().min(0).max(1000).default(1),
  size: size.default('Standard_D4s_v5'),
  os_disk_gib: z.int().min(30).max(4095).default(64),
  os_disk_type: z.enum(['StandardSSD_LRS', 'Premium_LRS', 'Standard_LRS']).default('Premium_LRS'),
  data_disks: z.array(diskSchema).max(4).default([]),
  /** Public pools: what the load balancer opens; default 80, 443 and 8080. */
  ports: z.array(port).optional(),
  /** Who may come to the ports; default everybody. */
  ports_from: z.array(prefix).optional(),
  /** Public pools: the first label of the name of the load balancer. */
  dns_prefix: dnsPrefix.optional(),
  /** Mesos attributes. */
  attributes: z.record(z.string(), z.string()).default({}),
  placement: placementSchema.optional(),
  /** A scale set, uniform unless said otherwise, or virtual machines in an availability set. */
  orchestration: z.enum(['uniform', 'flexible', 'availability-set']).default('uniform'),
  subnet: z.string().optional(),
});

const networkSchema = z.union([
  z.strictObject({
    address_space: z.array(prefix).min(1).default(['172.16.0.0/24', '10.0.0.0/8']),
    masters: prefix.default('172.16.0.0/24'),
    /** Subnets of pools by name of the pool; left out: 10.0.0.0/11, 10.32.0.0/11 and so on. */
    pools: z.record(z.string(), prefix).default({}),
  }),
  z.strictObject({
    existing: z.strictObject({
      id: z.string(),
      masters: z.strictObject({ subnet: z.string(), prefix }),
      pools: z.record(z.string(), z.strictObject({ subnet: z.string(), prefix })),
    }),
  }),
]);

const imageSchema = z.union([
  z.strictObject({
    /** ARM id of a version in a Compute Gallery. */
    id: z.string(),
    generation: z.enum(['1', '2']).default('2'),
    trusted_launch: z.boolean().default(true),
    regions: z.array(z.string()).optional(),
  }),
  z.strictObject({
    /** An image that was baked here, and the gallery of dcos-build.config.json. */
    definition: z.string(),
    version: z.string().optional(),
    generation: z.enum(['1', '2']).default('2'),
    trusted_launch: z.boolean().default(true),
  }),
  z.strictObject({
    /** Somebody else's image, on which DC/OS is installed at first boot. */
    stock: z.strictObject({ publisher: z.string(), offer: z.string(), sku: z.string(), version: z.string() }),
    trusted_launch: z.boolean().default(true),
  }),
]);

export const clusterSchema = z.strictObject({
  $schema: z.string().optional(),
  name,
  summary: z.string().optional(),
  /** Left out: that of the resource group. */
  location: z.string().optional(),
  /** The first label of the name of the masters' load balancer; left out: a parameter without default. */
  dns_prefix: dnsPrefix.optional(),
  admin: z
    .strictObject({ user: z.string().default('azureuser'), ssh_keys: z.array(z.string()).default([]) })
    .prefault({}),
  access: z
    .strictObject({
      /** Who may come to masters by ssh (2200 + i), and by web (80, 443). Nobody, unless said. */
      ssh_from: z.array(prefix).default([]),
      web_from: z.array(prefix).default([]),
    })
    .prefault({}),
  image: imageSchema,
  release: z
    .strictObject({
      /** A release's id or version, or a channel. */
      name: z.string(),
      /** The store: a place, or a name of the configuration. */
      from: z.string().optional(),
      variant: z.string().optional(),
      /** Where nodes fetch it from; left out: the public address of the store. */
      url: z.string().optional(),
    })
    .optional(),
  masters: mastersSchema.prefault({}),
  pools: z.array(poolSchema).default([]),
  network: networkSchema.prefault({}),
  tags: z.record(z.string(), z.string()).default({}),
  diagnostics: z.boolean().default(true),
  /** Parameters of DC/OS's configuration; cluster/config has their types and defaults. */
  config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])).default({}),
});

export type ClusterDefinition = z.output<typeof clusterSchema>;
export type ClusterPool = ClusterDefinition['pools'][number];
