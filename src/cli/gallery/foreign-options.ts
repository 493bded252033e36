/** Options of `image` that the action at hand does not have: they would be taken without effect. */
import { UserError } from '../../model/errors.ts';
import type { BakeArguments } from '../bake/options.ts';
import type { BootArguments } from '../image-boot-options.ts';
import type { TestArguments } from '../image-test.ts';
import type { GalleryArguments } from './options.ts';

type AnyArguments = GalleryArguments & BakeArguments & BootArguments & TestArguments;
type Option = Exclude<keyof AnyArguments, 'file' | 'to' | 'quiet' | 'json'>;

interface Use {
  readonly actions: readonly string[];
  /** What it is when nobody has said it. */
  readonly otherwise?: unknown;
}

const ARM = ['upload', 'register', 'publish', 'prune'];
const GALLERY = ['register', 'publish', 'prune'];

const USES: Readonly<Partial<Record<Option, Use>>> = {
  dryRun: { actions: ['bake', 'upload', 'register', 'prune', 'publish'], otherwise: false },
  variant: { actions: ['bake'] },
  release: { actions: ['bake'] },
  from: { actions: ['bake'] },
  trust: { actions: ['bake'] },
  version: { actions: ['bake'] },
  hook: { actions: ['bake'] },
  offline: { actions: ['bake'], otherwise: false },
  mirror: { actions: ['bake'] },
  verbose: { actions: ['bake'], otherwise: false },
  trace: { actions: ['bake'] },
  junit: { actions: ['test'] },
  format: { actions: ['test'], otherwise: 'text' },
  boot: { actions: ['test'], otherwise: false },
  role: { actions: ['test'] },
  bootTimeout: { actions: ['test'] },
  console: { actions: ['test'] },
  secureBoot: { actions: ['test'], otherwise: true },
  accelerator: { actions: ['test'], otherwise: 'auto' },
  name: { actions: ['upload', 'register'] },
  verify: { actions: ['upload'], otherwise: true },
  disk: { actions: ['register'] },
  managedDisk: { actions: ['upload'] },
  generation: { actions: ['upload', 'test'] },
  tested: { actions: ['register'], otherwise: false },
  wait: { actions: ['register'], otherwise: true },
  keep: { actions: ['prune'], otherwise: 3 },
  unusedFor: { actions: ['prune'], otherwise: '90d' },
  offer: { actions: ['publish'] },
  plan: { actions: ['publish'] },
  sas: { actions: ['publish'] },
  submit: { actions: ['publish'] },
  status: { actions: ['publish'], otherwise: false },
  cloud: { actions: ARM },
  subscription: { actions: ARM },
  resourceGroup: { actions: ARM },
  gallery: { actions: GALLERY },
  definition: { actions: GALLERY },
  location: { actions: ['upload', 'register'] },
  region: { actions: ['register'] },
  endOfLife: { actions: ['register'] },
};

/** Of `upload` with a managed disk only, and with a blob only; of `register` with a blob only. */
const WITH_DISK: readonly Option[] = ['generation', 'subscription', 'resourceGroup', 'location'];

/** Of `publish`: those that say where the gallery is, which a signed URL stands for. */
const OF_GALLERY: readonly string[] = ['cloud', 'subscription', 'resourceGroup', 'gallery', 'definition'];

/** @throws UserError USAGE */
export function refuseForeignOptions(action: string, args: GalleryArguments): void {
  const given = Object.entries(USES).filter(([key, { otherwise }]) => {
    const value = valueOf(args, key);
    return !(value === undefined || value === otherwise || (Array.isArray(value) && value.length === 0));
  });
  for (const [key, { actions }] of given) {
    if (!actions.includes(action))
      throw foreign(key, `is no option of "image ${action}"`, `It belongs to ${actions.join(', ')}.`);
    if (action === 'upload' && args.managedDisk === undefined && WITH_DISK.some((each) => each === key))
      throw foreign(key, 'says nothing of a blob', 'It goes with --managed-disk.');
    if (key === 'name' && (args.managedDisk ?? args.disk) !== undefined)
      throw foreign(key, 'is the name of a blob, and a disk is named', 'Leave out one of them.');
    if (action === 'publish') refuseIdle(key, args);
    if (action === 'prune' && key === 'definition' && args.file !== undefined)
      throw foreign(key, `names an image definition, and so does "${args.file}"`, 'Leave out one of them.');
  }
}

/** Options of `publish` that another one leaves nothing to do. */
function refuseIdle(key: string, { file, sas, status }: GalleryArguments): void {
  if (status && ['submit', 'sas'].includes(key))
    throw foreign(key, 'is not done with --status, which only looks', 'Run it without --status.');
  if (key === 'sas' && file === undefined)
    throw foreign(
      key,
      'is the URL of an image, and none is named',
      'Name it: dcos-build image publish IMAGE --sas URL.',
    );
  if (sas.length > 0 && OF_GALLERY.includes(key))
    throw foreign(key, 'says nothing of a signed URL', 'Leave it out: the gallery is not asked.');
}

function valueOf(args: object, key: string): unknown {
  return Object.entries(args).find(([name]) => name === key)?.[1];
}

function foreign(key: string, what: string, hint: string): UserError {
  const name = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const option = Object.entries(USES).some(([each, { otherwise }]) => each === key && otherwise === true)
    ? `no-${name}`
    : name;
  return new UserError('USAGE', `--${option} ${what}.`, { hint });
}
