/** `cluster template`: the files of a cluster, in a folder. */
import { join, relative, resolve } from 'node:path';
import { expandTemplate } from '../../arm/expand.ts';
import { lintTemplate } from '../../arm/lint.ts';
import { drawCluster } from '../../cluster/show/drawing.ts';
import type { Totals } from '../../cluster/show/inventory.ts';
import { totalsText } from '../../cluster/show/totals-text.ts';
import type { JsonObject } from '../../model/json.ts';
import { formatBytes } from '../../report/format.ts';
import { print, warn, type Context } from '../context.ts';
import { locateIfThere } from '../read-side.ts';
import { indentedTable } from '../table.ts';
import type { ClusterArguments } from './arguments.ts';
import { parameterValues, readClusterFile, requireDefinition, TEMPLATE_FILE } from './cluster-file.ts';
import { composeCluster, type ComposedCluster } from './compose.ts';
import { inventoryOf } from './inventory.ts';
import { writeCluster, type WrittenFile } from './write-cluster.ts';

/** @returns the exit status */
export async function makeTemplate(word: string, args: ClusterArguments, context: Context): Promise<number> {
  const file = requireDefinition(await readClusterFile(word, context));
  const cluster = await composeCluster(file, args, context);
  const { name } = cluster.definition;
  const { made } = cluster;
  const parameters = parameterValues(made.parameters);
  for (const { rule, path, message, hint } of lintTemplate(made.template, { parameters })) {
    warn(context, { message: `${rule}, ${path}: ${message}`, hint });
  }
  const inventory = inventoryOf(expandTemplate(made.template, { parameters }).resources);
  const folder = folderOf(name, args, context);
  const files = await writeCluster(
    folder,
    new Map([
      [TEMPLATE_FILE, jsonText(made.template)],
      ['azuredeploy.parameters.json', jsonText(made.parameters)],
      ['mainTemplate.json', jsonText(made.mainTemplate)],
      ['createUiDefinition.json', jsonText(made.createUiDefinition)],
      ['cluster.svg', drawCluster(inventory, name)],
      ['README.md', made.readme],
    ]),
  );
  const answer = {
    ...{ name, folder: relative(context.cwd, folder) || '.', files, image: cluster.image },
    release: cluster.release?.node.id,
    signedBy: cluster.release?.signedBy,
    totals: inventory.totals,
  };
  print(context, args.json, answer, describe(answer, cluster));
  return 0;
}

function folderOf(name: string, args: ClusterArguments, context: Context): string {
  if (args.output !== undefined) return resolve(context.cwd, args.output);
  const located = locateIfThere({ ...args, variant: undefined, builderIds: undefined }, context);
  const out = located?.folders.out ?? resolve(context.cwd, args.out ?? 'out');
  return join(out, 'clusters', name);
}

function jsonText(json: JsonObject): string {
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

interface Answer {
  readonly folder: string;
  readonly files: readonly WrittenFile[];
  readonly totals: Totals;
}

function describe({ folder, files, totals }: Answer, { definition, image, release }: ComposedCluster): string {
  const changed = files.filter(({ isChanged }) => isChanged);
  const what = changed.length === 0 ? 'is up to date' : 'is written';
  const rows = files.map(({ name, bytes, isChanged }) => [name, formatBytes(bytes), isChanged ? '' : 'as before']);
  const { id, version } = release?.node ?? {};
  const by =
    release?.signedBy === undefined ? 'of which no signature is asked' : `signed by ${release.signedBy.join(', ')}`;
  const facts = [
    ['makes', totalsText(totals)],
    ['image', image.kind === 'gallery' ? image.id : `${image.publisher} ${image.offer} ${image.sku} ${image.version}`],
    ['release', id === undefined ? 'what the image holds' : `${id} (${version}), ${by}`],
  ];
  return [
    `${definition.name} ${what} in ${folder}`,
    indentedTable(rows, ['left', 'right']),
    indentedTable(facts),
    `${folder}/README.md says how to deploy it.`,
  ].join('\n\n');
}
