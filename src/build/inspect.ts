/** What a build of a plan would do with each component, and why. Looks, and changes nothing. */
import type { Availability } from '../model/availability.ts';
import { UserError } from '../model/errors.ts';
import type { PackageId } from '../model/package-id.ts';
import { directChanges } from '../resolve/causes.ts';
import type { Change } from '../resolve/explain.ts';
import { labelOf } from '../resolve/graph.ts';
import type { ComponentKey, Plan, PlannedComponent } from '../resolve/plan.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import { DirectoryStore } from '../store/directory.ts';
import { PackageStore } from '../store/package-store.ts';
import type { ReadableStore } from '../store/artifact-store.ts';
import type { Repositories, Warning } from '../store/repositories.ts';
import { readNotes } from '../tree/component-notes.ts';
import type { Folders } from '../tree/folders.ts';
import { History } from './history.ts';

/** Plain data: printed as JSON as it is. */
export type ComponentState = StoredState | FetchState | BuildState;

interface Timed {
  /** How long its last build took that succeeded, under whatever id. */
  readonly durationMs?: number;
}

interface StoredState extends Timed {
  readonly kind: 'stored';
  /** Of the tarball. */
  readonly bytes: number;
  /** Whether this work folder's history has its build; else it was fetched. */
  readonly isBuiltHere: boolean;
}

/** A repository has it. */
interface FetchState extends Timed {
  readonly kind: 'fetch';
  readonly bytes: number;
  /** Directory or URL. */
  readonly from: string;
}

export interface BuildState extends Timed {
  readonly kind: 'build';
  /** `private`: it can be built only where a mirror has its sources. */
  readonly availability: Availability;
  readonly reason: BuildReason;
}

export type BuildReason =
  | { readonly kind: 'asked' }
  | { readonly kind: 'never-built' }
  /** It was built, but its package is not in the store any more. */
  | { readonly kind: 'missing' }
  /** The last build of this very id failed. */
  | { readonly kind: 'failed'; readonly at: number }
  /** Since the last build; the first of its changes. */
  | { readonly kind: 'changed'; readonly change: Change; readonly more: number }
  /** Nothing of its own changed since the last build, but these direct requirements did. */
  | { readonly kind: 'requirements-changed'; readonly requirements: readonly string[] };

export interface InspectOptions {
  /** Directories and URLs, or what is open already; asked in order. */
  readonly repositories: readonly (string | ReadableStore)[];
  /** Whom what is fetched has to be signed by; undefined: it need not be signed. */
  readonly trust?: TrustCheck | undefined;
  readonly signal: AbortSignal;
  /** Components that are to be built whatever there is. */
  readonly asked?: ReadonlySet<ComponentKey>;
  /**
   * Says what has to be built for machines that share nothing with this one but the repositories: if any are named, the
   * own store does not count, and each of them has to answer, for one that is silent is not empty.
   */
  readonly isForOthers?: boolean;
  /** Told of repositories that do not answer, and of mistakes in component.json. */
  readonly warn?: (warning: Warning) => void;
}

const ASKED_AT_ONCE = 8;

/**
 * The state of every component of the plan, in its order.
 *
 * @throws UserError USAGE for a repository that is none, REPOSITORY_UNAVAILABLE for one that has to answer
 */
export async function inspectPlan(
  plan: Plan,
  folders: Folders,
  options: InspectOptions,
): Promise<ReadonlyMap<ComponentKey, ComponentState>> {
  const packages = new PackageStore(new DirectoryStore(folders.repository), folders.locks);
  using history = History.read(folders.history);
  const ownCounts = options.isForOthers !== true || options.repositories.length === 0;
  const missing: PlannedComponent[] = [];
  const stored = new Map<ComponentKey, number>();
  for (const component of plan.components.values()) {
    const manifest = ownCounts ? packages.find(component.id) : undefined;
    if (manifest === undefined) missing.push(component);
    else stored.set(component.key, manifest.bytes);
  }
  const offers = await askRepositories(missing, options);
  const durations = history?.durations() ?? new Map<ComponentKey, number>();
  const built = history?.builtIds() ?? new Set<string>();
  return new Map(
    Array.from(plan.components, ([key, component]): [ComponentKey, ComponentState] => {
      const durationMs = durations.get(key);
      const timed: Timed = durationMs === undefined ? {} : { durationMs };
      const toBuild = (reason: BuildReason): [ComponentKey, ComponentState] => {
        const { availability } = readNotes(component, options.warn ?? (() => undefined));
        return [key, { kind: 'build', availability, reason, ...timed }];
      };
      if (options.asked?.has(key) === true) return toBuild({ kind: 'asked' });
      const bytes = stored.get(key);
      if (bytes !== undefined) return [key, { kind: 'stored', bytes, isBuiltHere: built.has(component.id), ...timed }];
      const offer = offers.get(component.id);
      if (offer !== undefined) return [key, { kind: 'fetch', ...offer, ...timed }];
      return toBuild(reasonOf(plan, component, built, history));
    }),
  );
}

type Offer = Pick<FetchState, 'bytes' | 'from'>;

async function askRepositories(
  components: readonly PlannedComponent[],
  { repositories, trust, signal, warn = () => {}, isForOthers = false }: InspectOptions,
): Promise<ReadonlyMap<PackageId, Offer>> {
  if (repositories.length === 0 || components.length === 0) return new Map();
  const asked = await openRepositories(repositories, warn, trust);
  const { inParallel } = await import('../host/in-parallel.ts');
  const offers = await inParallel(components, { jobs: ASKED_AT_ONCE, signal }, async ({ id }, each) => {
    const found = await asked.find(id, each);
    return found === undefined ? [] : [[id, { bytes: found.manifest.bytes, from: found.repository.location }] as const];
  });
  if (isForOthers && asked.counts.unavailable > 0) {
    throw new UserError('REPOSITORY_UNAVAILABLE', 'A repository did not answer, so nobody knows what it has.', {
      hint: 'See above, and try again when it answers: what it has would be built once more.',
    });
  }
  return new Map(offers.flat());
}

/** Loaded when needed: HTTP costs more to load than all else here together. */
async function openRepositories(
  repositories: InspectOptions['repositories'],
  warn: (warning: Warning) => void,
  trust: TrustCheck | undefined,
): Promise<Repositories> {
  const [{ openRepository }, { Repositories: Asked }] = await Promise.all([
    import('../store/index.ts'),
    import('../store/repositories.ts'),
  ]);
  return new Asked(
    repositories.map((each) => (typeof each === 'string' ? openRepository(each) : each)),
    warn,
    trust,
  );
}

function reasonOf(
  plan: Plan,
  component: PlannedComponent,
  built: ReadonlySet<string>,
  history: History | undefined,
): BuildReason {
  const last = history?.last(component.key);
  if (last?.outcome === 'failed' && last.id === component.id) return { kind: 'failed', at: last.startedAt };
  if (built.has(component.id)) return { kind: 'missing' };
  const { inputs } = (last?.outcome === 'failed' ? history?.last(component.key, 'built') : last) ?? {};
  if (inputs === undefined) return { kind: 'never-built' };
  const { own, requirements } = directChanges(plan, component, inputs);
  const [change, ...more] = own;
  if (change !== undefined) return { kind: 'changed', change, more: more.length };
  return { kind: 'requirements-changed', requirements: requirements.map(labelOf) };
}
