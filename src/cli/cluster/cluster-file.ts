/** A file that a word of the command line names: a cluster definition, or an ARM template, ours or a foreign one. */
import { basename, dirname, join, resolve } from 'node:path';
import { isFolderNow } from '../../host/quick-files.ts';
import { readTextIfThere } from '../../host/files.ts';
import { listFolder } from '../../host/listing.ts';
import { nearest } from '../../model/did-you-mean.ts';
import { parseTemplate } from '../../arm/read-template.ts';
import { UserError } from '../../model/errors.ts';
import { isJsonObject, member, type Json, type JsonObject } from '../../model/json.ts';
import { RecipeFile } from '../../recipe/recipe-file.ts';
import type { Context } from '../context.ts';

/** What `cluster template` calls a template, and what is looked for in a folder. */
export const TEMPLATE_FILE = 'azuredeploy.json';

export interface ClusterFile {
  readonly kind: 'definition' | 'template' | 'API model' | 'file of parameters';
  readonly file: RecipeFile;
  /** The folder that it lies in. */
  readonly folder: string;
}

/**
 * Reads a file, or the template in a folder.
 *
 * @throws UserError USAGE if it is not there; CLUSTER_INVALID, TEMPLATE_INVALID if it is not JSON
 */
export async function readClusterFile(word: string, { cwd }: Context): Promise<ClusterFile> {
  const named = resolve(cwd, word);
  const isFolder = isFolderNow(named);
  const path = isFolder ? join(named, TEMPLATE_FILE) : named;
  const shown = isFolder ? join(word, TEMPLATE_FILE) : word;
  const text = await readTextIfThere(path);
  if (text === undefined) throw await missing(shown, path);
  const plain = withoutComments(text);
  const file = RecipeFile.parse(shown, plain, plain.includes('"resources"') ? 'TEMPLATE_INVALID' : 'CLUSTER_INVALID');
  return { kind: kindOf(file.value), file, folder: dirname(path) };
}

/** @throws UserError TEMPLATE_INVALID if it is something else */
export function requireTemplate({ kind, file }: ClusterFile): JsonObject {
  if (kind === 'template') return parseTemplate(file.shown, file.text);
  throw new UserError('TEMPLATE_INVALID', `${file.shown} is no ARM template, but ${ARTICLE[kind]} ${kind}.`, {
    hint: kind === 'API model' ? CONVERT : `Name the template itself, such as ${TEMPLATE_FILE}.`,
    place: { file: file.shown },
  });
}

/** @throws UserError CLUSTER_INVALID if it is something else */
export function requireDefinition({ kind, file }: ClusterFile): RecipeFile {
  if (kind === 'definition') return file;
  throw new UserError('CLUSTER_INVALID', `${file.shown} is no cluster definition, but ${ARTICLE[kind]} ${kind}.`, {
    hint: kind === 'API model' ? CONVERT : 'Name the cluster.json that it was made of; docs/clusters.md shows one.',
    place: { file: file.shown },
  });
}

const ARTICLE = {
  definition: 'a cluster',
  template: 'an ARM',
  'API model': 'an acs-engine',
  'file of parameters': 'a',
} as const;
const CONVERT = '"dcos-build cluster convert" makes a cluster definition of it.';

/**
 * Values for the parameters of a template: of the file that is named, else of the one that lies beside the template.
 *
 * @throws UserError USAGE, TEMPLATE_INVALID
 */
export async function readParameters(
  named: string | undefined,
  { file, folder }: ClusterFile,
  { cwd }: Context,
): Promise<Readonly<Record<string, Json>>> {
  const beside = basename(file.shown).replace(/(?:\.json)?$/, '.parameters.json');
  const path = named === undefined ? join(folder, beside) : resolve(cwd, named);
  const text = await readTextIfThere(path);
  if (text === undefined) {
    if (named !== undefined) throw await missing(named, path);
    return {};
  }
  const shown = named ?? join(dirname(file.shown), beside);
  const { value } = RecipeFile.parse(shown, withoutComments(text), 'TEMPLATE_INVALID');
  return parameterValues(value);
}

/** Of a file of parameters. A secret may stand in a vault: its value is known to Azure alone. */
export function parameterValues(json: JsonObject): Readonly<Record<string, Json>> {
  const parameters = member(json, 'parameters') ?? json;
  return Object.fromEntries(
    Object.entries(isJsonObject(parameters) ? parameters : {}).flatMap(([name, given]) => {
      const own = isJsonObject(given) ? member(given, 'value') : undefined;
      return own === undefined ? [] : [[name, own]];
    }),
  );
}

function kindOf(value: JsonObject): ClusterFile['kind'] {
  const schema = member(value, '$schema');
  const schemaText = typeof schema === 'string' ? schema : '';
  if (/deploymentParameters/i.test(schemaText)) return 'file of parameters';
  if (member(value, 'resources') !== undefined || /deploymentTemplate/i.test(schemaText)) return 'template';
  const properties = member(value, 'properties');
  const isModel = isJsonObject(properties) && member(properties, 'orchestratorProfile') !== undefined;
  return isModel ? 'API model' : 'definition';
}

/** Templates may have comments, and begin with a byte order mark: blanks in their place leave all else where it is. */
export function withoutComments(text: string): string {
  const blank = (comment: string): string => comment.replaceAll(/[^\n]/g, ' ');
  return text
    .replace(/^\uFEFF/, '')
    .replaceAll(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (found) =>
      found.startsWith('"') ? found : blank(found),
    );
}

async function missing(shown: string, path: string): Promise<UserError> {
  const folder = dirname(path);
  const names = isFolderNow(folder) ? (await listFolder(folder)).map((each) => basename(each.path)) : [];
  const guess = nearest(basename(path), names);
  return new UserError('USAGE', `There is no file ${shown}.`, {
    hint: guess === undefined ? 'Name a cluster definition or an ARM template.' : `Did you mean "${guess}"?`,
  });
}
