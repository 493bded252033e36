/** From a plan and what is there already to the tasks a person sees and the jobs the scheduler runs. Pure. */
import type { Action, Task } from '../model/event.ts';
import { unreachable } from '../model/unreachable.ts';
import { labelOf } from '../resolve/graph.ts';
import type { ComponentKey, Plan, PlannedComponent, PlannedTree } from '../resolve/plan.ts';
import type { Job, Pool } from './jobs.ts';

/** What one task of the run does. */
export type Work =
  | { readonly kind: 'builder'; readonly name: string }
  | { readonly kind: 'source' | 'build' | 'download' | 'build-instead'; readonly component: PlannedComponent }
  | { readonly kind: 'bootstrap'; readonly tree: PlannedTree };

export interface TaskInput {
  readonly plan: Plan;
  /** Components to be made, with how; the others are in the store. */
  readonly actions: ReadonlyMap<ComponentKey, Exclude<Action, 'reuse'>>;
  /** Components whose sources are not all in the cache. */
  readonly missingSources: ReadonlySet<ComponentKey>;
  /** Builders whose root has to be made first. */
  readonly missingBuilders: ReadonlySet<string>;
  /** Trees whose bootstrap has to be made. */
  readonly bootstraps: readonly PlannedTree[];
  /** Recorded durations in milliseconds, by {@link durationKey}. */
  readonly durations: ReadonlyMap<string, number>;
}

/** One task with what the scheduler has to know of it. */
export interface PlannedTask {
  readonly task: Task;
  readonly job: Job;
  readonly work: Work;
}

/** The key of the task that makes a builder's root. */
function builderTask(name: string): string {
  return `builder:${name}`;
}

/** The key of the task that makes a tree's bootstrap. */
function bootstrapTask(tree: PlannedTree): string {
  return `${tree.bootstrap}.bootstrap`;
}

/** The key of the task that fetches a component's sources. */
function sourceTask(component: PlannedComponent): string {
  return `${component.id}.sources`;
}

/** The name under which the duration of some work is recorded: the same from run to run, while ids change. */
export function durationKey(work: Work): string {
  switch (work.kind) {
    case 'builder':
      return builderTask(work.name);
    case 'source':
      return `${work.component.key}|sources`;
    case 'build':
    case 'download':
    case 'build-instead':
      return work.component.key;
    case 'bootstrap':
      return `bootstrap|${work.tree.variant ?? 'null'}`;
    default:
      return unreachable(work);
  }
}

/** All work of a run in a stable order: builders, components in pkgpanda's build order, bootstraps. */
export function planTasks(input: TaskInput): readonly PlannedTask[] {
  return [
    ...[...input.missingBuilders].map((name) => builderTaskOf(name, input)),
    ...input.plan.buildOrder.flatMap((key) => componentTasks(key, input)),
    ...input.bootstraps.map((tree) => bootstrapTaskOf(tree, input)),
  ];
}

function builderTaskOf(name: string, { durations }: TaskInput): PlannedTask {
  const task = {
    key: builderTask(name),
    label: `builder ${name}`,
    kind: 'builder',
    action: 'build',
    needs: [],
  } as const;
  return plannedTask(task, 'build', { kind: 'builder', name }, durations);
}

function componentTasks(key: ComponentKey, input: TaskInput): PlannedTask[] {
  const component = input.plan.components.get(key);
  const action = input.actions.get(key);
  if (component === undefined || action === undefined) return [];
  const label = labelOf(key);
  const task = { key: component.id, label, kind: 'package', action } as const;
  if (action === 'download') {
    return [plannedTask({ ...task, needs: [] }, 'network', { kind: 'download', component }, input.durations)];
  }
  const needs = componentNeeds(component, input);
  const build = (more: readonly string[]): PlannedTask =>
    plannedTask({ ...task, needs: [...more, ...needs] }, 'build', { kind: 'build', component }, input.durations);
  if (!input.missingSources.has(key)) return [build([])];
  // A task of its own, so that sources are fetched while other components still build.
  const sources = {
    key: sourceTask(component),
    label: `${label} sources`,
    kind: 'source',
    action: 'download',
  } as const;
  return [
    plannedTask({ ...sources, needs: [] }, 'network', { kind: 'source', component }, input.durations),
    build([sources.key]),
  ];
}

function componentNeeds(component: PlannedComponent, input: TaskInput): string[] {
  const { name } = component.builder;
  return [...(input.missingBuilders.has(name) ? [builderTask(name)] : []), ...requirementsMade(component, input)];
}

/** What is built has waited for its own requirements; what is downloaded, or was there already, has not. */
function requirementsMade(component: PlannedComponent, { plan, actions }: TaskInput): ReadonlySet<string> {
  const made = new Set<string>();
  const looked = new Set<ComponentKey>();
  const look = ({ requires }: PlannedComponent): void => {
    for (const key of requires) {
      const requirement = plan.components.get(key);
      if (requirement === undefined || looked.has(key)) continue;
      looked.add(key);
      const action = actions.get(key);
      if (action !== undefined) made.add(requirement.id);
      if (action !== 'build') look(requirement);
    }
  };
  look(component);
  return made;
}

/**
 * The download of a component that no repository had whole, turned into a build; what else that needs (sources, the
 * builder's root) is no task of the run, and has to be made with it.
 *
 * @param keys of all tasks of the run
 */
export function buildInstead({ task, job, work }: PlannedTask, keys: { has(key: string): boolean }): PlannedTask {
  if (work.kind !== 'download') throw new Error(`${task.key} is no download`);
  const { component } = work;
  const needs = component.closure.filter((id) => keys.has(id));
  return { task, job: { ...job, needs, pool: 'build' }, work: { kind: 'build-instead', component } };
}

/** It needs more than it holds: a tree's bootstrap is published when the whole tree is there. */
function bootstrapTaskOf(tree: PlannedTree, { plan, actions, durations }: TaskInput): PlannedTask {
  const made = new Set<string>([...actions.keys()].flatMap((key) => plan.components.get(key)?.id ?? []));
  const task: Task = {
    key: bootstrapTask(tree),
    label: tree.variant === undefined ? 'bootstrap' : `bootstrap/${tree.variant}`,
    kind: 'bootstrap',
    action: 'build',
    needs: tree.packages.filter((id) => made.has(id)),
  };
  return plannedTask(task, 'build', { kind: 'bootstrap', tree }, durations);
}

function plannedTask(task: Task, pool: Pool, work: Work, durations: ReadonlyMap<string, number>): PlannedTask {
  const estimateMs = durations.get(durationKey(work));
  const estimate = estimateMs === undefined ? {} : { estimateMs };
  return { task: { ...task, ...estimate }, job: { key: task.key, needs: task.needs, pool, ...estimate }, work };
}
