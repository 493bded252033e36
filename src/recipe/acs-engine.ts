/** The API model of acs-engine, version `vlabs`, for DC/OS: what describes a cluster there. */
import { z } from 'zod';
import { RecipeFile } from './recipe-file.ts';
import { schemaMistakes } from './schema-mistakes.ts';
import { throwCollected } from '../model/errors.ts';

const text = z.string();
/** Other keys are let through: what they are is told when a model is converted. */
const object = z.looseObject;

const nodes = {
  count: z.number(),
  vmSize: text,
  osDiskSizeGB: z.number().optional(),
  vnetSubnetID: text.optional(),
  storageProfile: z.enum(['StorageAccount', 'ManagedDisks', '']).optional(),
};

const pool = object({
  name: text,
  ...nodes,
  dnsPrefix: text.optional(),
  ports: z.array(z.number()).optional(),
  osType: z.enum(['Linux', 'Windows', '']).optional(),
  availabilityProfile: z.enum(['VirtualMachineScaleSets', 'AvailabilitySet', '']).optional(),
  diskSizesGB: z.array(z.number()).optional(),
  customNodeLabels: z.record(text, text).optional(),
});

const modelSchema = object({
  apiVersion: z.literal('vlabs'),
  name: text.optional(),
  location: text.optional(),
  tags: z.record(text, text).optional(),
  properties: object({
    orchestratorProfile: object({
      orchestratorType: text,
      orchestratorRelease: text.optional(),
      orchestratorVersion: text.optional(),
      dcosConfig: object({
        bootstrapProfile: object({ oauthEnabled: z.boolean().optional() }).optional(),
      }).optional(),
    }),
    masterProfile: object({
      ...nodes,
      dnsPrefix: text,
      firstConsecutiveStaticIP: text.optional(),
      oauthEnabled: z.boolean().optional(),
      HTTPSourceAddressPrefix: text.optional(),
    }),
    agentPoolProfiles: z.array(pool).default([]),
    linuxProfile: object({
      adminUsername: text,
      ssh: object({ publicKeys: z.array(object({ keyData: text })) }),
    }),
    diagnosticsProfile: object({ vmDiagnostics: object({ enabled: z.boolean() }).optional() }).optional(),
  }),
});

export type AcsEngineModel = z.output<typeof modelSchema>;
export type AcsEnginePool = AcsEngineModel['properties']['agentPoolProfiles'][number];

/**
 * Reads the text of an API model. Only types are judged: values are when they are those of a cluster definition.
 *
 * @param shown the path for messages
 * @throws UserError, UserErrors CLUSTER_INVALID
 */
export function parseAcsEngineModel(
  shown: string,
  content: string,
): { readonly file: RecipeFile; readonly model: AcsEngineModel } {
  const file = RecipeFile.parse(shown, content, 'CLUSTER_INVALID');
  const result = modelSchema.safeParse(file.value);
  if (result.success) return { file, model: result.data };
  throwCollected(schemaMistakes(file, result.error, { keysAt: () => [], tellsValues: true, code: 'CLUSTER_INVALID' }));
  throw result.error;
}
