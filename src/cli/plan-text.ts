/** A plan as a person reads it: what would be built and fetched, why, and how long it may take. */
import type { BuildReason, BuildState, ComponentState } from '../build/inspect.ts';
import { formatBytes, formatDuration, plural } from '../report/format.ts';
import type { Change } from '../resolve/explain.ts';
import { labelOf } from '../resolve/graph.ts';
import type { ComponentKey, Plan, PlannedTree } from '../resolve/plan.ts';
import { indentedTable, listOf } from './table.ts';

/** The text that `plan` prints. */
export function describePlan(plan: Plan, states: ReadonlyMap<ComponentKey, ComponentState>): string {
  const known = plan.buildOrder.flatMap((key) => {
    const state = states.get(key);
    return state === undefined ? [] : [{ label: labelOf(key), state }];
  });
  const builds = known.flatMap(({ label, state }) => (state.kind === 'build' ? [{ label, state }] : []));
  const fetches = known.flatMap(({ label, state }) => (state.kind === 'fetch' ? [{ label, state }] : []));
  const buildRows = builds.map(({ label, state }) => [label, expected(state), describeReason(state.reason)]);
  const fetchRows = fetches.map(({ label, state }) => [label, formatBytes(state.bytes), `from ${state.from}`]);
  const stored = known.length - builds.length - fetches.length;
  return [
    headline(
      builds.map(({ state }) => state),
      fetches.length,
      stored,
    ),
    ...section('To build:', buildRows),
    ...section('To fetch:', fetchRows),
    ...section(plan.trees.length === 1 ? 'Bootstrap:' : 'Bootstraps:', plan.trees.map(describeBootstrap)),
    ...privateNote(builds.filter(({ state }) => state.availability === 'private').map(({ label }) => label)),
    ...(builds.length === 0 ? [] : ['', '"dcos-build why COMPONENT" tells what changed, with old and new values.']),
  ].join('\n');
}

/** What a person has to know before building components whose sources were never published; nothing if there are none. */
export function privateNote(labels: readonly string[]): string[] {
  if (labels.length === 0) return [];
  const sources = 'The sources of these were never published; a build needs a mirror that has them (--mirror):';
  return ['', sources, `  ${labels.join(', ')}`];
}

/** Why it is built, in a few words. */
function describeReason(reason: BuildReason): string {
  switch (reason.kind) {
    case 'asked':
      return 'asked for';
    case 'never-built':
      return 'never built';
    case 'missing':
      return 'its package is gone from the store';
    case 'failed':
      return 'its last build failed';
    case 'changed':
      return describeChange(reason.change, reason.more);
    case 'requirements-changed':
      return `${listOf(reason.requirements)} changed`;
    default:
      return reason satisfies never;
  }
}

function describeChange({ field, before, after }: Change, more: number): string {
  if (more > 0) return `${field} and ${more} more changed`;
  return `${field} ${before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'}`;
}

function headline(builds: readonly BuildState[], fetches: number, stored: number): string {
  const counts = [
    ...(builds.length === 0 ? [] : [`${builds.length} to build`]),
    ...(fetches === 0 ? [] : [`${fetches} to fetch`]),
    ...(stored === 0 ? [] : [`${stored} in the store`]),
  ].join(', ');
  if (builds.length === 0 && fetches === 0) return `Nothing to build: ${counts === '' ? 'the tree is empty' : counts}.`;
  const times = builds.flatMap(({ durationMs }) => (durationMs === undefined ? [] : [durationMs]));
  if (times.length === 0) return `${counts}.`;
  const unknown = builds.length - times.length;
  const work = `${formatDuration(times.reduce((sum, each) => sum + each, 0))} of building by the last times`;
  return `${counts}; ${work}${unknown === 0 ? '' : `, and ${unknown} that ${unknown === 1 ? 'has' : 'have'} none`}.`;
}

function section(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : ['', title, indentedTable(rows, ['left', 'right', 'left'])];
}

function expected({ durationMs }: BuildState): string {
  return durationMs === undefined ? '' : formatDuration(durationMs);
}

function describeBootstrap({ variant, bootstrap, active }: PlannedTree): readonly string[] {
  return [variant ?? 'default', plural(active.length, 'package'), bootstrap];
}
