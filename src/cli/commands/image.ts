import { BAKE_REPEATABLE, bakeOptions } from '../bake/options.ts';
import { command } from '../command.ts';
import { bootOptions } from '../image-boot-options.ts';
import { galleryOptions, REPEATABLE } from '../gallery/options.ts';

const ACTIONS = [
  ...(['lock', 'bake', 'ls', 'diff'] as const),
  ...(['inspect', 'test', 'upload', 'register', 'prune', 'publish', 'check-sas'] as const),
] as const;

export const image = command({
  usage: 'image <action> [file] [to]',
  example: ['$0 image bake node', 'make the disk of pipelines/images/node.json in out/images/node'],
  repeatable: [...REPEATABLE, ...BAKE_REPEATABLE],
  options: (parser) =>
    bootOptions(
      galleryOptions(
        bakeOptions(parser)
          .positional('action', {
            choices: ACTIONS,
            demandOption: true,
            describe:
              'lock: write the lock of an image definition; bake: make the image; ls: list images; diff: compare two; ' +
              'inspect: show footer, sizes and partitions, and hold them against the rules of Azure; ' +
              'test: the same with all rules on the system inside, and with --boot a boot as on Azure; ' +
              'upload: write what is not zero to a page blob or a managed disk; ' +
              'register: make it a version in a Compute Gallery; prune: remove versions that nobody needs; ' +
              'publish: into an offer of the Marketplace; check-sas: whether the Marketplace takes a signed URL',
          })
          .positional('file', {
            type: 'string',
            describe: 'a VHD, or the name of a baked image; lock, bake, prune: an image definition; check-sas: a URL',
          })
          .positional('to', {
            type: 'string',
            describe: 'az://ACCOUNT/CONTAINER/FOLDER, a Blob URL, or a storage; diff: the other image',
          })
          .option('name', {
            type: 'string',
            describe: 'upload, register: name of the blob (default: of file or image)',
          })
          .option('dry-run', { alias: 'n', type: 'boolean', default: false, describe: 'only say what would be done' })
          .option('verify', { type: 'boolean', default: true, describe: 'upload: read it back in the end' })
          .option('junit', { type: 'string', describe: 'test: also write the findings to this file, as JUnit XML' })
          .option('format', {
            choices: ['text', 'self-test'] as const,
            default: 'text' as const,
            describe: "test: print text, or JSON as the Marketplace's self-test service does",
          })
          .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'show no progress' }),
      ),
    ),
  run: async (args, context) => {
    const actions = await import('../image-actions.ts');
    const { action } = args;
    const { refuseForeignOptions } = await import('../gallery/foreign-options.ts');
    refuseForeignOptions(action, args);
    return await (action === 'check-sas' ? actions.checkSas : actions[action])(args, context);
  },
});
