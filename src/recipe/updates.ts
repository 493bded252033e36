/** `updates` of component.json: where newer versions of what a component packs are looked for. */
import { z } from 'zod';
import { parseRange } from '../model/version-range.ts';

const text = z.string().min(1);

const range = text
  .refine((value) => parseRange(value) !== undefined, 'must be a range of versions, such as "^1.2" or ">=2.0 <3"')
  .optional()
  .describe('The versions that a pin may move to, in the language of npm; default: all.');
const prereleases = z.boolean().optional().describe('Whether early versions (alpha, rc …) count; default: false.');
const repository = text.describe('Address for git.');
const tagPrefix = text.optional().describe('What stands before the version in tags; others are passed over.');
const base = z
  .url({ protocol: /^https?$/ })
  .optional()
  .describe('Base URL to ask in place of the public one.');

const SHAPES = {
  debian: { source: text.describe('Name of the Debian source package.'), range },
  git: {
    repository: repository.optional().describe('Default: that of the source.'),
    tag_prefix: tagPrefix,
    branch: text.optional().describe('Follow the tip of this branch, not the tags.'),
    range,
    prereleases,
  },
  pypi: { package: text.describe('Name of the project.'), base, range, prereleases },
  npm: { package: text.describe('Name, with its scope.'), base, range, prereleases },
  github: {
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be "owner/name"'),
    tag_prefix: tagPrefix,
    base,
    range,
    prereleases,
  },
  none: { reason: text.describe('Why nothing is looked for: one sentence.') },
} as const;

/** The kinds with their keys, for messages. */
export const UPDATE_KEYS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(SHAPES).map(([kind, shape]) => [kind, ['kind', ...Object.keys(shape), 'sources']]),
);

const KINDS = `must be one of ${Object.keys(SHAPES).join(', ')}`;

/** How the versions of one source are looked for. */
const ruleSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('debian'), ...SHAPES.debian }),
    z.strictObject({ kind: z.literal('git'), ...SHAPES.git }),
    z.strictObject({ kind: z.literal('pypi'), ...SHAPES.pypi }),
    z.strictObject({ kind: z.literal('npm'), ...SHAPES.npm }),
    z.strictObject({ kind: z.literal('github'), ...SHAPES.github }),
    z.strictObject({ kind: z.literal('none'), ...SHAPES.none }),
  ],
  { error: KINDS },
);

const sources = z
  .record(text, ruleSchema)
  .optional()
  .describe('The same for the other sources of the component, by their names.');

/** The rule for the source that gives the component its version, and those for the others. */
export const updatesSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('debian'), ...SHAPES.debian, sources }),
    z.strictObject({ kind: z.literal('git'), ...SHAPES.git, sources }),
    z.strictObject({ kind: z.literal('pypi'), ...SHAPES.pypi, sources }),
    z.strictObject({ kind: z.literal('npm'), ...SHAPES.npm, sources }),
    z.strictObject({ kind: z.literal('github'), ...SHAPES.github, sources }),
    z.strictObject({ kind: z.literal('none'), ...SHAPES.none, sources }),
  ],
  { error: KINDS },
);

export type UpdateRule = z.infer<typeof ruleSchema>;
