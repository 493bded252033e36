/** What `pin --verify` does between its options and the workflow, and which options belong to which of the two. */
import { UserError } from '../model/errors.ts';
import { print, type Context } from './context.ts';
import { findComponent, load, type TreeArguments } from './load.ts';
import { checkCounts } from './option-values.ts';

export interface PinArguments extends TreeArguments {
  readonly component: string | undefined;
  readonly to: string | undefined;
  readonly verify: boolean;
  readonly jobs: number | undefined;
  readonly dryRun: boolean;
  readonly source: string | undefined;
  readonly acceptChangedHash: boolean;
}

type Wanted =
  | { readonly kind: 'verify'; readonly run: (context: Context) => Promise<number> }
  | { readonly kind: 'move'; readonly component: string };

const JOBS = 8;

/** @throws UserError USAGE for options that do nothing together */
export function verifyOrMove(args: PinArguments): Wanted {
  const { component, to, verify, variant, builderIds, jobs, dryRun, source, acceptChangedHash } = args;
  if (verify) {
    const idle = { TO: to, '--dry-run': dryRun, '--source': source, '--accept-changed-hash': acceptChangedHash };
    refuse(idle, 'with --verify, which changes nothing', 'Give at most one component, and --variant for its tree.');
    return { kind: 'verify', run: (context) => verifyTree(args, context) };
  }
  const hint = 'They go with "pin --verify".';
  refuse({ '--variant': variant, '--builder-ids': builderIds, '--jobs': jobs }, 'where pins are moved', hint);
  if (component !== undefined) return { kind: 'move', component };
  throw new UserError('USAGE', 'An argument is missing: dcos-build pin <component> [to]', {
    hint: 'Name the component whose pins are to move, or give --verify.',
  });
}

function refuse(options: Readonly<Record<string, unknown>>, where: string, hint: string): void {
  const given = Object.entries(options).find(([, value]) => value !== undefined && value !== false);
  if (given !== undefined) throw new UserError('USAGE', `${given[0]} does nothing ${where}.`, { hint });
}

/** @returns the exit status: 1 if a pin does not hold; what only mirrors have is for `source verify` */
async function verifyTree(args: PinArguments, context: Context): Promise<number> {
  const { jobs = JOBS, component, json } = args;
  checkCounts({ jobs });
  const [{ verifyPins }, { describePins }] = await Promise.all([
    import('../pins/verify-pins.ts'),
    import('./pins-text.ts'),
  ]);
  const { tree, folders } = await load(args, context);
  const pins = await verifyPins({
    tree,
    folders,
    only: component === undefined ? [] : [findComponent(tree.plan, component)],
    jobs,
    signal: context.signal,
    say: (text) => void context.stderr.write(`${text}\n`),
  });
  print(context, json, { pins }, describePins(pins));
  return pins.every(({ state }) => state === 'same' || state === 'private') ? 0 : 1;
}
