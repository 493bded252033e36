import { command } from '../command.ts';
import type { ReleaseArguments } from '../release/arguments.ts';
import { viewOptions } from './build.ts';

const ACTIONS = ['create', 'promote', 'rollback', 'list', 'show', 'verify', 'copy', 'sign', 'share', 'gc'] as const;

const texts = { type: 'string', array: true, default: new Array<string>() } as const;

export const release = command({
  usage: 'release <action> [names..]',
  example: ['$0 release create testing/master --to az://ACCOUNT/dcos', 'publish the tree, and move that channel to it'],
  repeatable: ['variant', 'key'],
  options: (parser) =>
    viewOptions(parser)
      .positional('action', {
        choices: ACTIONS,
        demandOption: true,
        describe:
          'create CHANNEL: publish the tree; promote FROM CHANNEL; rollback CHANNEL; list; show NAME; verify NAME; ' +
          'copy FROM-URL TO-URL [NAME..]; sign NAME; share NAME: a link for others; gc: remove old releases',
      })
      .positional('names', { ...texts, describe: 'channels and releases, or beginnings of their ids' })
      .option('to', {
        type: 'string',
        alias: 'store',
        describe: 'the store: a folder, az://ACCOUNT/CONTAINER, a Blob URL, or a name of dcos-build.config.json',
      })
      .option('variant', {
        ...texts,
        describe: 'create: which treeinfo.json, "default" for the one without a name; may be repeated',
      })
      .option('builder-ids', { type: 'string', describe: 'create: JSON file with the ids of builder images by name' })
      .option('tag', { type: 'string', describe: 'create: a word for this release (default: its version)' })
      .option('dry-run', {
        alias: 'n',
        type: 'boolean',
        default: false,
        describe: 'say what would be done, and do nothing',
      })
      .option('jobs', { alias: 'j', type: 'number', describe: 'create: components built at once (default: cores)' })
      .option('transfers', { type: 'number', default: 8, describe: 'blobs written or read at once' })
      .option('repository', { ...texts, describe: 'create: fetch packages from there instead of building them' })
      .option('mirror', { ...texts, describe: 'create: look for sources by hash there first' })
      .option('offline', { type: 'boolean', default: false, describe: 'create: build without a network' })
      .option('key', { ...texts, describe: 'create, sign: file with a private key to sign with; may be repeated' })
      .option('keyless', { type: 'boolean', default: false, describe: 'create, sign: sign by a sigstore certificate' })
      .option('trust', { type: 'string', describe: 'keys that are trusted (default: trust.json beside treeinfo.json)' })
      .option('from-scratch', {
        type: 'boolean',
        default: false,
        describe: 'verify: build it anew and compare all bytes',
      })
      .option('release', { type: 'string', describe: 'rollback: to this release instead of the one before' })
      .option('expires', { type: 'string', describe: 'share: how long the link is good (default: 7d)' })
      .option('keep', { type: 'number', describe: 'gc: releases of each channel that stay (default: 5)' })
      .option('min-age', { type: 'string', describe: 'gc: what is younger stays (default: 7d)' }),
  run: async (args, context) => {
    const { runRelease } = await import('../release/actions.ts');
    return await runRelease(args satisfies ReleaseArguments, context);
  },
});
