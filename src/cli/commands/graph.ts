import { UserError } from '../../model/errors.ts';
import { command } from '../command.ts';
import { write } from '../context.ts';
import { findComponent, load, treeOptions } from '../load.ts';

export const graph = command({
  usage: 'graph',
  example: ['$0 graph --of curl | dot -Tsvg -o curl.svg', 'a drawing of what curl requires'],
  options: (parser) =>
    treeOptions(parser)
      .option('of', { type: 'string', describe: 'only this component and what it requires' })
      .option('reverse', { type: 'boolean', default: false, describe: 'with --of: it and what requires it' })
      .option('format', {
        choices: ['dot', 'mermaid', 'json'] as const,
        default: 'dot' as const,
        describe: 'Graphviz, Mermaid or JSON; --json does the same as json',
      }),
  run: async (args, context) => {
    if (args.reverse && args.of === undefined) {
      throw new UserError('USAGE', '--reverse needs --of.', { hint: 'For example: --of openssl --reverse' });
    }
    const { tree } = await load(args, context);
    const { drawGraph, graphOf, reachable, reversed } = await import('../../resolve/graph.ts');
    const whole = graphOf(tree.plan);
    const from = args.of === undefined ? whole.keys() : [findComponent(tree.plan, args.of)];
    const part = graphOf(tree.plan, reachable(args.reverse ? reversed(whole) : whole, from));
    write(context, drawGraph(part, args.json ? 'json' : args.format));
    return 0;
  },
});
