/** Options of those actions of `image` that speak to Azure Resource Manager and Partner Center. */
import type { Argv } from 'yargs';
import type { GalleryOptions } from '../../gallery/settings.ts';
import type { CommonArguments } from '../context.ts';

export interface GalleryArguments extends CommonArguments, GalleryOptions {
  readonly file: string | undefined;
  readonly to: string | undefined;
  readonly name: string | undefined;
  readonly dryRun: boolean;
  readonly verify: boolean;
  readonly quiet: boolean;
  readonly disk: string | undefined;
  readonly managedDisk: string | undefined;
  readonly generation: string | undefined;
  readonly tested: boolean;
  readonly wait: boolean;
  readonly keep: number;
  readonly unusedFor: string;
  readonly offer: string | undefined;
  readonly plan: string | undefined;
  readonly sas: readonly string[];
  readonly submit: string | undefined;
  readonly status: boolean;
}

/** Those that say where: each comes before what dcos-build.config.json says. */
export function galleryOptions<Before>(parser: Argv<Before>) {
  return placeOptions(parser)
    .option('disk', { type: 'string', describe: 'register: make it of this managed disk, a name or an id' })
    .option('managed-disk', { type: 'string', describe: 'upload: to a managed disk of this name' })
    .option('generation', {
      type: 'string',
      choices: ['1', '2', 'both', 'V1', 'V2'] as const,
      describe:
        'test --boot: of the machine (default: all that it boots as); upload --managed-disk: the same (default: V2)',
    })
    .option('tested', { type: 'boolean', default: false, describe: 'register: have it taken as latest' })
    .option('wait', { type: 'boolean', default: true, describe: 'register: until it is in all regions' })
    .option('keep', { type: 'number', default: 3, describe: 'prune: how many versions stay, the newest' })
    .option('unused-for', { type: 'string', default: '90d', describe: 'prune: only what is older' })
    .option('offer', { type: 'string', describe: 'publish: id of the offer' })
    .option('plan', { type: 'string', describe: 'publish: id of the plan' })
    .option('sas', {
      type: 'string',
      array: true,
      default: [] as readonly string[],
      describe: 'publish: signed URL of the VHD, in place of the gallery',
    })
    .option('submit', {
      type: 'string',
      choices: ['preview', 'live'] as const,
      describe: 'publish: submit the offer, too',
    })
    .option('status', { type: 'boolean', default: false, describe: 'publish: only say how far it is' });
}

function placeOptions<Before>(parser: Argv<Before>) {
  return parser
    .option('cloud', { type: 'string', describe: 'AzureCloud, AzureUSGovernment or AzureChinaCloud' })
    .option('subscription', { type: 'string', describe: 'id of the subscription' })
    .option('resource-group', { type: 'string', describe: 'of gallery and disks' })
    .option('gallery', { type: 'string', describe: 'register, publish, prune: name of the gallery' })
    .option('location', { type: 'string', describe: 'register, upload: home region' })
    .option('definition', {
      type: 'string',
      describe: 'register, publish, prune: image definition (default: name of the image; prune: all)',
    })
    .option('region', {
      type: 'string',
      array: true,
      default: [] as readonly string[],
      describe: 'register: a target region, as westeurope=2:Standard_ZRS; may be repeated',
    })
    .option('end-of-life', { type: 'string', describe: 'register: a day, or an age as 365d' });
}

/** Options that take several values. */
export const REPEATABLE = ['region', 'sas'];
