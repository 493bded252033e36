/** From a plan and what is there already to the tasks a person sees and the jobs the scheduler runs. Pure. */
import type { Action, Task } from '../model/event.ts';
import { labelOf } from '../resolve/graph.ts';
import type { ComponentKey, Plan, PlannedComponent, PlannedTree } from '../resolve/plan.ts';
import type { Job } from './schedule.ts';

/** What one job of the scheduler does. */
export type Work =
  | { readonly kind: 'builder'; readonly name: string }
  | { readonly kind: 'fetch' | 'build' | 'download'; readonly component: PlannedComponent }
  | { readonly kind: 'bootstrap'; readonly tree: PlannedTree };

export interface PlannedJob extends Job {
  readonly work: Work;
  /** Key of the task that this job is a part of. */
  readonly task: string;
}

export interface TaskInput {
  readonly plan: Plan;
  /** Components to be made, with how; the others are in the store. */
  readonly actions: ReadonlyMap<ComponentKey, Exclude<Action, 'reuse'>>;
  /** Builders whose root has to be made first. */
  readonly missingBuilders: ReadonlySet<string>;
  /** Trees whose bootstrap has to be made. */
  readonly bootstraps: readonly PlannedTree[];
  /** Recorded durations in milliseconds, by component key or task key. */
  readonly durations: ReadonlyMap<string, number>;
}

export interface TaskList {
  readonly tasks: readonly Task[];
  readonly jobs: readonly PlannedJob[];
}

/** The key of the task that makes a builder's root. */
export function builderTask(name: string): string {
  return `builder:${name}`;
}

/** The key of the task that makes a tree's bootstrap. */
export function bootstrapTask(tree: PlannedTree): string {
  return `${tree.bootstrap}.bootstrap`;
}

/** The key under which the duration of a tree's bootstrap is recorded: its id changes with every component. */
export function bootstrapKey(tree: PlannedTree): string {
  return `bootstrap|${tree.variant ?? 'null'}`;
}

/** All work of a run in a stable order: builders, components in pkgpanda's build order, bootstraps. */
export function planTasks(input: TaskInput): TaskList {
  const parts = [...builderParts(input), ...componentParts(input), ...bootstrapParts(input)];
  return { tasks: parts.map(({ task }) => task), jobs: parts.flatMap(({ jobs }) => jobs) };
}

interface Part {
  readonly task: Task;
  readonly jobs: readonly PlannedJob[];
}

function builderParts({ missingBuilders, durations }: TaskInput): Part[] {
  return [...missingBuilders].map((name) => {
    const key = builderTask(name);
    const estimate = estimateOf(durations, key);
    return {
      task: { key, label: `builder ${name}`, kind: 'builder', action: 'build', needs: [], ...estimate },
      jobs: [{ key, task: key, needs: [], pool: 'build', work: { kind: 'builder', name }, ...estimate }],
    };
  });
}

function componentParts(input: TaskInput): Part[] {
  const { plan, actions, durations } = input;
  return plan.buildOrder.flatMap((key) => {
    const component = plan.components.get(key);
    const action = actions.get(key);
    if (component === undefined || action === undefined) return [];
    const estimate = estimateOf(durations, key);
    const needs = action === 'download' ? [] : componentNeeds(component, input);
    const task: Task = { key: component.id, label: labelOf(key), kind: 'package', action, needs, ...estimate };
    return [{ task, jobs: componentJobs(component, action, needs, estimate) }];
  });
}

/** Sources are fetched while other components still build: a job of its own in the pool of downloads. */
function componentJobs(
  component: PlannedComponent,
  action: Exclude<Action, 'reuse'>,
  needs: readonly string[],
  estimate: { readonly estimateMs?: number },
): PlannedJob[] {
  const { id } = component;
  if (action === 'download') {
    return [{ key: id, task: id, needs, pool: 'network', work: { kind: 'download', component }, ...estimate }];
  }
  const fetchKey = `${id}:fetch`;
  const build: PlannedJob = {
    key: id,
    task: id,
    needs,
    pool: 'build',
    work: { kind: 'build', component },
    ...estimate,
  };
  if (component.sources.size === 0) return [build];
  return [
    { key: fetchKey, task: id, needs: [], pool: 'network', work: { kind: 'fetch', component }, estimateMs: 0 },
    { ...build, needs: [fetchKey, ...needs] },
  ];
}

function componentNeeds(component: PlannedComponent, { plan, actions, missingBuilders }: TaskInput): string[] {
  const requirements = component.requires.flatMap((key) => {
    const requirement = plan.components.get(key);
    return requirement !== undefined && actions.has(key) ? [requirement.id] : [];
  });
  const { name } = component.builder;
  return [...(missingBuilders.has(name) ? [builderTask(name)] : []), ...requirements];
}

function bootstrapParts({ plan, actions, bootstraps, durations }: TaskInput): Part[] {
  const made = new Set<string>([...actions.keys()].flatMap((key) => plan.components.get(key)?.id ?? []));
  return bootstraps.map((tree) => {
    const key = bootstrapTask(tree);
    const estimate = estimateOf(durations, bootstrapKey(tree));
    // Not only what it holds: a tree's bootstrap is published when the whole tree is there.
    const needs = tree.packages.filter((id) => made.has(id));
    const label = tree.variant === undefined ? 'bootstrap' : `bootstrap/${tree.variant}`;
    return {
      task: { key, label, kind: 'bootstrap', action: 'build', needs, ...estimate },
      jobs: [{ key, task: key, needs, pool: 'build', work: { kind: 'bootstrap', tree }, ...estimate }],
    };
  });
}

function estimateOf(durations: ReadonlyMap<string, number>, key: string): { readonly estimateMs?: number } {
  const estimateMs = durations.get(key);
  return estimateMs === undefined ? {} : { estimateMs };
}
