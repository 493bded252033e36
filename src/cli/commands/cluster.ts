import { ACTIONS, type ClusterArguments } from '../cluster/arguments.ts';
import { command } from '../command.ts';
import { upOptions } from '../cluster/up-options.ts';
import { TRUST_OPTION } from '../trust.ts';

export const cluster = command({
  usage: 'cluster <action> [files..]',
  example: ['$0 cluster template -f cluster.json', 'make the ARM template of a cluster in out/clusters/NAME'],
  repeatable: ['files', 'subnet'],
  options: (parser) =>
    upOptions(
      parser
        .positional('action', {
          choices: ACTIONS,
          demandOption: true,
          describe:
            'template: make an ARM template and all that goes with it; check FILE…: hold templates against rules; ' +
            'show FILE: what it would make, as a table and a drawing; diff A B: what would change, and how Azure takes it; ' +
            'up --local FILE: start the machines on this one, in QEMU; ' +
            'convert FILE: make a definition of an API model of acs-engine; ' +
            'schema: print the JSON Schema of definitions',
        })
        .positional('files', {
          type: 'string',
          array: true,
          default: new Array<string>(),
          describe: 'cluster definitions, ARM templates, or folders with an azuredeploy.json',
        })
        .option('file', { alias: 'f', type: 'string', describe: 'a file, in place of the word' })
        .option('output', {
          alias: 'o',
          type: 'string',
          describe:
            'template: folder to write into (default: out/clusters/NAME); convert, schema: file (default: print it)',
        })
        .option('release', {
          type: 'string',
          describe: 'release that nodes run, in place of the one of the definition',
        })
        .option('from', { type: 'string', describe: 'store of the release (default: as the definition says)' })
        .option('trust', TRUST_OPTION)
        .option('image', {
          type: 'string',
          describe: 'in place of that of the definition: NAME, NAME@VERSION or an ARM id; up: or a VHD',
        })
        .option('template-url', {
          type: 'string',
          describe: 'template: where it will be found, for the link that deploys it',
        })
        .option('parameters', {
          type: 'string',
          describe: 'check, show: ARM file of parameters (default: that beside it)',
        })
        .option('svg', { type: 'string', describe: 'show: also write a drawing to this file' })
        .option('junit', { type: 'string', describe: 'check: also write the findings to this file, as JUnit XML' })
        .option('subnet', {
          type: 'string',
          array: true,
          default: new Array<string>(),
          describe: 'convert: addresses of a subnet that is there already, as NAME=RANGE',
        }),
    ),
  run: async (args, context) => {
    const { runCluster } = await import('../cluster/actions.ts');
    return await runCluster(args satisfies ClusterArguments, context);
  },
});
