/** What a file would make in Azure: its resources, of a template as it is, of a definition by way of its template. */
import { expandTemplate } from '../../arm/expand.ts';
import type { ConcreteResource } from '../../arm/expand-resources.ts';
import { UserError, throwCollected } from '../../model/errors.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Context } from '../context.ts';
import type { ClusterArguments } from './arguments.ts';
import { parameterValues, readClusterFile, readParameters, requireTemplate } from './cluster-file.ts';

interface NamedTemplate {
  readonly shown: string;
  /** What people call it: the name of the cluster, or the file. */
  readonly title: string;
  readonly template: JsonObject;
  /** Of the file; undefined: the template is made of a definition. */
  readonly text: string | undefined;
  readonly parameters: Readonly<Record<string, Json>>;
}

export interface ExpandedFile extends NamedTemplate {
  readonly resources: readonly ConcreteResource[];
}

/** @throws UserError, UserErrors USAGE, CLUSTER_INVALID, TEMPLATE_INVALID and all of a composition */
export async function templateOf(word: string, args: ClusterArguments, context: Context): Promise<NamedTemplate> {
  const read = await readClusterFile(word, context);
  if (read.kind === 'definition') {
    const { composeCluster } = await import('./compose.ts');
    const { definition, made } = await composeCluster(read.file, args, context);
    const parameters = parameterValues(made.parameters);
    return { shown: read.file.shown, title: definition.name, template: made.template, text: undefined, parameters };
  }
  const template = requireTemplate(read);
  const parameters = await readParameters(args.parameters, read, context);
  return { shown: read.file.shown, title: read.file.shown, template, text: read.file.text, parameters };
}

/** @throws UserError, UserErrors as {@link templateOf}, and TEMPLATE_INVALID for what cannot be evaluated */
export async function expandFile(word: string, args: ClusterArguments, context: Context): Promise<ExpandedFile> {
  const named = await templateOf(word, args, context);
  const { resources, mistakes } = expandTemplate(named.template, { parameters: named.parameters });
  throwCollected(
    mistakes.map(({ path, message, hint }) => {
      const place = { file: named.shown, key: path.join('.') };
      return new UserError('TEMPLATE_INVALID', message, { hint, place });
    }),
  );
  return { ...named, resources };
}
