/** From a cluster definition to the values of all its files: image, release, what nodes are told, template. */
import { composeClusterNodeData, type NodeDataRequest } from '../../cluster/compose-node-data.ts';
import { composeTemplate, type ClusterTemplate } from '../../cluster/template.ts';
import type { ResolvedImage } from '../../cluster/template-context.ts';
import { throwCollected, UserError, UserErrors } from '../../model/errors.ts';
import { isJsonObject, member, type JsonObject } from '../../model/json.ts';
import type { ClusterDefinition } from '../../recipe/cluster-definition.ts';
import { parseClusterDefinition, type ParsedCluster } from '../../recipe/parse-cluster.ts';
import type { RecipeFile } from '../../recipe/recipe-file.ts';
import { warn, type Context } from '../context.ts';
import { setUp } from '../gallery/open.ts';
import type { ClusterArguments } from './arguments.ts';
import { resolveImage, type FoundImage, type WantedImage } from './resolve-image.ts';
import { resolveRelease, type ReleaseWish, type ResolvedRelease } from './resolve-release.ts';

export interface ComposedCluster {
  readonly definition: ClusterDefinition;
  readonly image: ResolvedImage;
  /** undefined: nodes run what their image holds. */
  readonly release: ResolvedRelease | undefined;
  readonly made: ClusterTemplate;
}

/**
 * Everything that is wrong is told at once: with the definition, its image and its release.
 *
 * @throws UserError, UserErrors CLUSTER_INVALID, RELEASE_UNKNOWN, SIGNATURE_REFUSED, and those of stores and trust files
 */
export async function composeCluster(
  file: RecipeFile,
  args: ClusterArguments,
  context: Context,
): Promise<ComposedCluster> {
  const errors: UserError[] = [];
  const parsed = await attempt(errors, () => parseClusterDefinition(file.shown, file.text));
  const resolving = { file, args, context, parsed, errors };
  const image = await imageOf(resolving);
  const release = await releaseOf(resolving);
  throwCollected(errors);
  if (parsed === undefined || image === undefined) throw new Error('nothing was wrong, and something is missing');
  for (const { message } of parsed.warnings) context.stderr.write(`warning: ${message}\n`);
  warnOfOther(image, release, context);
  return { ...composed(asAsked(parsed.definition, args), { args, image, release }), release };
}

/** An image that was baked for a release has it; of one by its id nothing is known here. */
function warnOfOther({ tree }: FoundImage, release: ResolvedRelease | undefined, context: Context): void {
  if (tree === undefined || release === undefined || tree.bootstrap === release.node.bootstrap) return;
  warn(context, {
    message: `The image holds another build of DC/OS than the release ${release.node.id}, which nodes fetch at their first boot.`,
    hint: 'Bake one of that release, so that they need nothing: dcos-build image bake NAME --release RELEASE.',
  });
}

/** What options say comes before the definition. */
function asAsked(definition: ClusterDefinition, { image, release, from }: ClusterArguments): ClusterDefinition {
  const name = release ?? definition.release?.name;
  return {
    ...definition,
    ...(image === undefined ? {} : { image: imageNamed(image, definition.image) }),
    ...(name === undefined
      ? {}
      : { release: { ...definition.release, name, ...(from === undefined ? {} : { from }) } }),
  };
}

interface Parts {
  readonly args: ClusterArguments;
  readonly image: FoundImage;
  readonly release: ResolvedRelease | undefined;
}

function composed(definition: ClusterDefinition, { args, image, release }: Parts): Omit<ComposedCluster, 'release'> {
  const node: NodeDataRequest['release'] = release?.node ?? image.tree;
  const made = composeTemplate(definition, {
    image: image.resolved,
    nodeData: composeClusterNodeData(definition, node),
    release: release === undefined ? undefined : { id: release.node.id, version: release.node.version },
    repositoryUrl: release?.repositoryUrl,
    templateUrl: args.templateUrl,
  });
  return { definition, image: image.resolved, made };
}

interface Resolving {
  readonly file: RecipeFile;
  readonly args: ClusterArguments;
  readonly context: Context;
  readonly parsed: ParsedCluster | undefined;
  readonly errors: UserError[];
}

async function imageOf({ file, args, context, parsed, errors }: Resolving): Promise<FoundImage | undefined> {
  const said = parsed?.definition.image ?? imageIn(file.value);
  const wanted = args.image === undefined ? said : imageNamed(args.image, said);
  if (wanted === undefined) return undefined;
  const location = parsed?.definition.location;
  return await attempt(errors, async () =>
    resolveImage(wanted, { file, location, setup: await setUp(args, context), context }),
  );
}

async function releaseOf({ file, args, context, parsed, errors }: Resolving): Promise<ResolvedRelease | undefined> {
  const wish = wishOf(parsed === undefined ? member(file.value, 'release') : parsed.definition.release, args);
  if (wish === undefined) return undefined;
  return await attempt(errors, () => resolveRelease(wish, { file, args, context }));
}

/** What a person can mend is collected; anything else is a bug. */
async function attempt<Value>(errors: UserError[], run: () => Value | Promise<Value>): Promise<Value | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UserErrors) errors.push(...error.errors);
    else if (error instanceof UserError && error.code !== 'CANCELLED') errors.push(error);
    else throw error;
    return undefined;
  }
}

/**
 * Of an option: a version in a gallery by its id, or an image that was baked here.
 *
 * @param said by the definition: the machines stay what they are
 */
function imageNamed(word: string, said: WantedImage | undefined): WantedImage {
  const { generation = '2', trusted_launch = true, disk_controllers = ['SCSI' as const] } = said ?? {};
  const common = { generation, trusted_launch, disk_controllers };
  if (/^\/subscriptions\//i.test(word)) return { ...common, id: word };
  const [, definition = word, version] = /^(.+?)(?:@([^@/]+))?$/.exec(word) ?? [];
  return { ...common, definition, ...(version === undefined ? {} : { version }) };
}

/** Of a definition that is wrong elsewhere, so that its image is judged all the same. */
function imageIn(value: JsonObject): WantedImage | undefined {
  const image = member(value, 'image');
  if (!isJsonObject(image) || typeof image['definition'] !== 'string') return undefined;
  const { definition, version, generation, trusted_launch: isTrusted } = image;
  return {
    ...{ definition, ...(typeof version === 'string' ? { version } : {}) },
    ...{ generation: generation === '1' ? '1' : '2', trusted_launch: isTrusted !== false, disk_controllers: ['SCSI'] },
  };
}

/** @param given of the definition, which may be wrong elsewhere */
function wishOf(given: unknown, args: ClusterArguments): ReleaseWish | undefined {
  const said = new Map<string, unknown>(typeof given === 'object' && given !== null ? Object.entries(given) : []);
  const text = (key: string): string | undefined => {
    const value = said.get(key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const name = args.release ?? text('name');
  if (name === undefined) return undefined;
  return { name, from: args.from ?? text('from'), variant: text('variant'), url: text('url') };
}
