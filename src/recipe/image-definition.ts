/**
 * `pipelines/images/<name>.json`: what a disk image is made of. `<name>.lock.json` beside it says which exact packages
 * that is today; it has the form of a builder's lock (recipe/builder.ts).
 */
import { z } from 'zod';
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, type UserError } from '../model/errors.ts';
import { isJsonObject } from '../model/json.ts';
import { expiresField, reasonField } from './ignore-fields.ts';
import type { JsonPath } from './json-reader.ts';
import { RecipeFile } from './recipe-file.ts';
import { schemaMistakes } from './schema-mistakes.ts';

const CODE = 'IMAGE_INVALID';

const text = z.string().min(1);
const line = z.string().regex(/^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u, 'must be one line, without blanks around it');
const packageName = z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, 'must be the name of a Debian package');
const account = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be a name of an account: a-z, digits, _ and -');
const unit = z.string().regex(/^[\w@:.-]+\.(?:service|socket|timer|target|path|mount)$/, 'must be the name of a unit');
const absolute = z.string().regex(/^\/(?!.*\/\.\.?(?:\/|$))[\w./-]*$/, 'must be an absolute path');

/** Each switch with what it does; which files that means is in bake/hardening.ts. */
export const HARDENING = {
  'ssh-keys-only': 'sshd takes no passwords, and root cannot log in',
  'no-core-dumps': 'programs that crash leave no memory on disk',
  'kernel-pointers': 'addresses and logs of the kernel are for root alone',
  'redirects-refused': 'ICMP redirects and source routes are neither taken nor sent',
  'uncommon-protocols': 'dccp, sctp, rds and tipc cannot be loaded',
  'wireserver-guard': "only root reaches Azure's wire server, which hands out settings of extensions",
} as const;

export type HardeningName = keyof typeof HARDENING;

function isHardening(name: string): name is HardeningName {
  return Object.hasOwn(HARDENING, name);
}

/** Bounds of numbers: what a machine may have on the Marketplace, and what accounts of a system have. */
const DISK_GIB = { least: 1, most: 1023 } as const;
const UID = { least: 1, most: 999 } as const;

/** Refuses what stands in the list before. @param keyOf under it in messages; undefined: the item itself */
function refuseRepeated<Item>(items: readonly Item[], context: z.RefinementCtx, key?: keyof Item & string): void {
  const seen = new Set<unknown>();
  for (const [index, item] of items.entries()) {
    const value = key === undefined ? item : item[key];
    if (value !== undefined && seen.has(value)) {
      const path = key === undefined ? [index] : [index, key];
      context.addIssue({ code: 'custom', path, message: 'must be there once' });
    }
    seen.add(value);
  }
}

const user = z.strictObject({
  name: account,
  uid: z.int().min(UID.least).max(UID.most).optional().describe('Default: one that follows from the name.'),
  groups: z.array(account).default([]).describe('Further groups; those that are not there are made.'),
  home: absolute.default('/nonexistent'),
  shell: absolute.default('/usr/sbin/nologin'),
  comment: z
    .string()
    .regex(/^[^:\p{Cc}]*$/u, 'must be one line without colons')
    .default(''),
});

const services = z
  .strictObject({
    enable: z.array(unit).default([]),
    disable: z.array(unit).default([]),
    mask: z.array(unit).default([]),
  })
  .superRefine(({ enable, disable, mask }, context) => {
    for (const [key, units] of Object.entries({ disable, mask })) {
      for (const [index, name] of units.entries()) {
        const path = [key, index];
        if (enable.includes(name))
          context.addIssue({ code: 'custom', path, message: 'must not be in "enable" as well' });
      }
    }
  });

/** What is sold on Azure Marketplace, and as which plan a machine of it is deployed. */
export const marketplaceSchema = z.strictObject({
  publisher: text,
  offer: text,
  sku: text,
  plan: z
    .strictObject({ name: text, product: text, publisher: text })
    .optional()
    .describe('The purchase plan that every machine of it has to name; left out: machines name none.'),
});

/** A failed rule that is accepted. */
export const ignoreSchema = z.strictObject({
  rule: z.string('must be the id of a rule, as "kernel.console"').describe('Its id, as `image test` shows it.'),
  reason: reasonField,
  expires: expiresField.optional(),
});

const definitionSchema = z
  .strictObject({
    summary: line.optional().describe('One sentence: what the image is for.'),
    suite: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be the codename of a Debian release'),
    architecture: z.literal('amd64').default('amd64'),
    packages: z.array(packageName).min(1).describe('Debian packages; what they depend on comes along.'),
    apt_sources: z
      .array(z.string().regex(/^deb (?:\[[^\]]*\] )?https?:\/\/\S+ \S+( \S+)*$/, 'must be a line of sources.list'))
      .min(1)
      .describe('The lines of /etc/apt/sources.list, for those who use the machine.'),
    generation: z.enum(['1', '2', 'both']).default('both').describe('Of the virtual machine: BIOS, UEFI or both.'),
    disk_gib: z.int().min(DISK_GIB.least).max(DISK_GIB.most).default(30),
    variant: text.optional().describe('Which tree of DC/OS, also of a release; default: the one without a variant.'),
    release: text.optional().describe('A release or a channel, in place of what was built here.'),
    from: text.optional().describe('The store that has the release: a place, or a name of the configuration.'),
    roles: z
      .array(account)
      .min(1)
      .superRefine((roles, context) => refuseRepeated(roles, context))
      .describe('Those that a machine can take; one alone is applied at once.'),
    kernel_parameters: z
      .array(
        z
          .string()
          .regex(/^[\w.-]+(?:=[^\s"'$\\`]+)?$/, 'must be one word')
          .regex(/^(?!root=)/, 'must not name the root: the disk does'),
      )
      .default([]),
    users: z
      .array(user)
      .default([])
      .superRefine((users, context) => {
        refuseRepeated(users, context, 'name');
        refuseRepeated(users, context, 'uid');
      }),
    services: services.default({ enable: [], disable: [], mask: [] }),
    hardening: z
      .array(
        z.custom<HardeningName>(
          (name) => typeof name === 'string' && isHardening(name),
          `must be one of ${Object.keys(HARDENING).join(', ')}`,
        ),
      )
      .default([]),
    hooks: z
      .array(
        z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'must be a path relative to the root of the tree'),
      )
      .default([])
      .describe('Scripts that run as root in the root file system, without network.'),
    marketplace: marketplaceSchema.optional(),
    ignores: z
      .array(ignoreSchema)
      .default([])
      .superRefine((ignores, context) => refuseRepeated(ignores, context, 'rule'))
      .describe('Rules that the image may fail; they are in its record, and not in its disk.'),
  })
  .readonly();

export type ImageDefinition = z.infer<typeof definitionSchema>;

/** Keys of the objects within, for messages. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  users: Object.keys(user.shape),
  services: Object.keys(services.shape),
  marketplace: Object.keys(marketplaceSchema.shape),
  plan: ['name', 'product', 'publisher'],
  ignores: Object.keys(ignoreSchema.shape),
};

/**
 * Reads the text of an image definition.
 *
 * @param shown the path for messages
 * @param rules ids of those that can be ignored
 * @throws UserError, UserErrors IMAGE_INVALID: all mistakes at once, each with its place
 */
export function parseImageDefinition(shown: string, content: string, rules: readonly string[]): ImageDefinition {
  const file = RecipeFile.parse(shown, content, CODE);
  const result = definitionSchema.safeParse(file.value);
  const mistakes = result.success ? [] : schemaMistakes(file, result.error, { keysAt, rangeAt, code: CODE });
  throwCollected([...mistakes, ...unknownRules(file, rules)]);
  if (result.success) return result.data;
  throw result.error;
}

/** Looked for in the text itself, so that they are told beside what the schema refuses. */
function unknownRules(file: RecipeFile, rules: readonly string[]): readonly UserError[] {
  const { ignores } = file.value;
  if (!Array.isArray(ignores)) return [];
  return ignores.flatMap((ignore, index) => {
    const rule = isJsonObject(ignore) ? ignore['rule'] : undefined;
    if (typeof rule !== 'string' || rules.includes(rule)) return [];
    const guess = nearest(rule, rules);
    const hint = guess === undefined ? '"dcos-build image test" shows the rules.' : `Did you mean "${guess}"?`;
    const message = `${file.shown} ignores "${rule}", and there is no such rule.`;
    return [file.mistake(['ignores', index, 'rule'], message, { hint, code: CODE })];
  });
}

function keysAt(path: JsonPath): readonly string[] {
  const object = path.findLast((step) => typeof step === 'string');
  return object === undefined ? Object.keys(definitionSchema.unwrap().shape) : (KEYS[object] ?? []);
}

function rangeAt(path: JsonPath): string | undefined {
  const range = { disk_gib: DISK_GIB, uid: UID }[String(path.at(-1))];
  return range === undefined ? undefined : `from ${range.least} to ${range.most}`;
}
