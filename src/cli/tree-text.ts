/** The table that `tree` prints. */
import type { ComponentState } from '../build/inspect.ts';
import type { ListedComponent } from '../build/list-components.ts';
import { packageVersion } from '../model/package-id.ts';
import { formatBytes, formatDuration } from '../report/format.ts';
import { privateNote } from './plan-text.ts';
import { formatTable } from './table.ts';

/** So many digits of an id tell the builds of one component apart. */
const SHORT_ID = 12;
const HEADINGS = ['COMPONENT', 'VERSION', 'ID', 'STATE', 'SIZE', 'BUILD TIME'];

export function describeComponents(components: readonly ListedComponent[]): string {
  if (components.length === 0) return 'The tree has no components.';
  const rows = components.map(({ component, version, id, state }) => [
    component,
    version ?? '-',
    packageVersion(id).slice(0, SHORT_ID),
    STATES[stateOf(state)],
    state.kind === 'build' ? '-' : formatBytes(state.bytes),
    state.durationMs === undefined ? '-' : formatDuration(state.durationMs),
  ]);
  const table = formatTable([HEADINGS, ...rows], ['left', 'left', 'left', 'left', 'right', 'right']);
  const unbuilt = components.filter(({ state, availability }) => state.kind === 'build' && availability === 'private');
  return [table, ...privateNote(unbuilt.map(({ component }) => component))].join('\n');
}

const STATES = {
  built: 'built',
  stored: 'in store',
  fetch: 'in repository',
  build: 'to build',
  private: 'private',
} as const;

function stateOf(state: ComponentState): keyof typeof STATES {
  if (state.kind === 'build') return state.availability === 'private' ? 'private' : 'build';
  return state.kind === 'stored' && state.isBuiltHere ? 'built' : state.kind;
}
