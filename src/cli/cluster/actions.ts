/** What the actions of `cluster` do between their options and the pure parts. */
import { unreachable } from '../../model/unreachable.ts';
import { print, write, type Context } from '../context.ts';
import { filesOf, type ClusterArguments } from './arguments.ts';

/** @returns the exit status */
export async function runCluster(args: ClusterArguments, context: Context): Promise<number> {
  const [first = '', second = ''] = filesOf(args);
  switch (args.action) {
    case 'template':
      return await (await import('./template.ts')).makeTemplate(first, args, context);
    case 'check':
      return await (await import('./check.ts')).check(filesOf(args), args, context);
    case 'show':
      return await show(first, args, context);
    case 'diff':
      return await diff([first, second], args, context);
    case 'up':
      return await (await import('./up.ts')).upCluster(args, first, context);
    case 'convert':
      return await (await import('./convert.ts')).convertModel(first, args, context);
    case 'schema':
      return await schema(args, context);
    default:
      return unreachable(args.action);
  }
}

async function show(file: string, args: ClusterArguments, context: Context): Promise<number> {
  const [{ expandFile }, { inventoryOf }, { describeInventory }] = await Promise.all([
    import('./expand-file.ts'),
    import('./inventory.ts'),
    import('./show-text.ts'),
  ]);
  const { title, resources } = await expandFile(file, args, context);
  const inventory = inventoryOf(resources);
  print(context, args.json, { file, title, ...inventory }, describeInventory(inventory, title));
  if (args.svg === undefined) return 0;
  const [{ drawCluster }, { writeOutput }] = await Promise.all([
    import('../../cluster/show/drawing.ts'),
    import('../write-output.ts'),
  ]);
  await writeOutput(args.svg, drawCluster(inventory, title), context);
  return 0;
}

async function diff(files: readonly [string, string], args: ClusterArguments, context: Context): Promise<number> {
  const [{ expandFile }, { diffResources }, { describeDiff }] = await Promise.all([
    import('./expand-file.ts'),
    import('../../cluster/diff/diff-resources.ts'),
    import('./diff-text.ts'),
  ]);
  const before = await expandFile(files[0], args, context);
  const after = await expandFile(files[1], args, context);
  const answer = diffResources(before.resources, after.resources);
  print(context, args.json, answer, describeDiff(answer));
  return 0;
}

async function schema({ output }: ClusterArguments, context: Context): Promise<number> {
  const { clusterJsonSchema } = await import('../../recipe/cluster-schema.ts');
  const text = `${JSON.stringify(clusterJsonSchema(), undefined, 2)}\n`;
  if (output === undefined) write(context, text);
  else await (await import('../write-output.ts')).writeOutput(output, text, context);
  return 0;
}
