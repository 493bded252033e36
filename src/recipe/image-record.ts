/**
 * image.json: the record of a baked image. It lies beside the disk and is written last, so an image whose record is there
 * is whole. Who uploads, registers or compares images reads this and not the disk.
 */
import { z } from 'zod';
import { toSha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { ignoreSchema, marketplaceSchema } from './image-definition.ts';

/** Changes when a reader of the old form would misunderstand the new one. */
export const IMAGE_FORMAT = 'dcos-build image 1';

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is no SHA-256')
  .transform((text): Sha256 => toSha256(text) ?? z.NEVER);
const text = z.string().min(1);
const count = z.int().min(0);

const partition = z.object({
  number: z.int().min(1),
  startByte: count,
  bytes: count,
  /** GUID of the type. */
  type: text,
  /** GUID of this partition. */
  id: text,
  name: z.string(),
  /** What is in it: `bios-boot`, `vfat`, `ext4`. */
  content: text,
});

const disk = z.object({
  file: z.literal('disk.vhd'),
  /** What a machine sees: without the footer of the VHD. */
  virtualBytes: count,
  /** Length of the file, holes included. */
  fileBytes: count,
  /** Bytes that are not holes. */
  dataBytes: count,
  /** As `image upload` writes it to the metadata of a blob (store/page-content.ts). */
  contentSha256: digest,
  /** GUID of the disk, from its GPT. */
  tableId: text,
  partitions: z.array(partition),
});

const dcos = z.object({
  /** `null`: the default variant. */
  variant: text.nullable(),
  bootstrapId: text,
  /** Ids of all packages at /opt/mesosphere/packages, sorted. */
  packageIds: z.array(text),
  /** As release.json or the release's manifest says. */
  version: text.nullable(),
  /** Id of the release that it was taken from; absent: from the packages of a tree. */
  release: text.optional(),
});

const inputs = z.object({
  /** Of the definition as it was read. */
  definition: digest,
  lock: digest,
  /** Content ids of the stages. */
  base: digest,
  hook: digest.optional(),
  bootstrap: digest,
  disk: digest,
  /** Of the scripts that ran in the root, in their order. */
  hooks: z.array(z.object({ name: text, sha256: digest })),
  dcos,
  /** Name and version of the program that made it. */
  tool: text,
  /** Seconds since the epoch: the time that is written into the image. */
  sourceDateEpoch: count,
});

const finding = z.object({
  id: text,
  severity: z.enum(['error', 'warning', 'info']),
  result: z.enum(['passed', 'failed', 'skipped']),
  actual: z.string(),
  required: z.string(),
  source: z.string(),
  /** Who asks for it, where it is one of these: numbers of the self-test, cases of LISA, sections of policies. */
  testId: z.int().optional(),
  lisa: text.optional(),
  policy: text.optional(),
});

const recordSchema = z
  .object({
    format: z.literal(IMAGE_FORMAT),
    name: text,
    /** Three numbers, as Compute Gallery wants it. */
    version: z.string().regex(/^\d+\.\d+\.\d+$/, 'is no version of three numbers'),
    architecture: z.literal('x64'),
    generations: z.array(z.enum(['V1', 'V2'])).min(1),
    disk,
    inputs,
    /** Debian packages of the image, sorted. */
    packages: z.array(z.object({ name: text, version: text, architecture: text })),
    /** Roles that the image can take; one alone is applied already. */
    roles: z.array(text),
    users: z.array(z.object({ name: text, uid: count, home: text, shell: text })),
    kernelParameters: z.array(text),
    /** Whether it boots with Secure Boot on: a signed shim and GRUB, a signed kernel. */
    secureBoot: z.boolean(),
    marketplace: marketplaceSchema.optional(),
    /** What the offline rules said of it when it was baked. */
    checks: z.array(finding),
    /** What of them is accepted, sorted by rule; absent: nothing. Which of them hold depends on the day of reading. */
    ignores: z.array(z.object(ignoreSchema.shape)).optional(),
    /** Name of the bill of materials beside it. */
    bom: text,
  })
  .readonly();

type Immutable<T> = T extends Sha256
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Immutable<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Immutable<T[Key]> }
      : T;

export type ImageRecord = Immutable<z.infer<typeof recordSchema>>;

/**
 * Reads the text of an image.json. Keys that a later dcos-build adds are passed over.
 *
 * @param shown the path for messages
 * @throws UserError IMAGE_INVALID
 */
export function parseImageRecord(content: string, shown: string): ImageRecord {
  const refuse = (what: string, cause?: unknown): UserError =>
    new UserError('IMAGE_INVALID', `${shown} is no record of an image: ${what}.`, {
      hint: 'Bake the image again with "dcos-build image bake".',
      place: { file: shown },
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw refuse('it is not JSON', error);
  }
  const result = recordSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const key = issue?.path.join('.') ?? '';
  const reason = issue?.message.replace(/^\w/, (first) => first.toLowerCase()) ?? 'it is something else';
  throw refuse(key === '' ? reason : `"${key}": ${reason}`, result.error);
}

/** The text of an image.json: equal records give equal bytes. */
export function formatImageRecord(record: ImageRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}
