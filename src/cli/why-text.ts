/** What `why` prints. */
import type { KnownBuild } from '../build/known-builds.ts';
import type { ExplainedCause, ExplainedPlace, Explanation, RequirementPaths } from '../build/why.ts';
import { formatDuration } from '../report/format.ts';
import type { Change } from '../resolve/explain.ts';
import { indentedTable, listOf } from './table.ts';
import { formatWhen } from './when.ts';

export function describeExplanation(explanation: Explanation): string {
  const { component, id } = explanation;
  switch (explanation.verdict) {
    case 'never-built':
      return [
        `${component} was never built here. Its id is ${id}, made of:`,
        indentedTable(explanation.fields.map(({ field, value }) => [field, shortValue(value)])),
      ].join('\n');
    case 'unchanged':
      return [`${component} is what it was in ${theBuild(explanation.before)}: ${id}`, outlook(explanation)].join('\n');
    case 'unrecorded':
      return [
        `${component} has changed since ${theBuild(explanation.before)}.`,
        ...ids(explanation.before.id, id),
        `Nothing is recorded of ${explanation.before.id}, so what changed is not known.`,
      ].join('\n');
    case 'changed':
      return [
        `${component} has changed since ${theBuild(explanation.before)}.`,
        ...ids(explanation.before.id, id),
        ...groups(explanation.causes).flatMap((causes) => ['', ...describeCauses(component, causes)]),
        ...explanation.unrecorded.flatMap((place) => ['', ...describeUnrecorded(place)]),
      ].join('\n');
    default:
      return explanation satisfies never;
  }
}

export function describePaths({ from, to, paths, more, isRequiredBy }: RequirementPaths): string {
  if (from === to) return `${from} is the same component.`;
  if (paths.length === 0) {
    const other = isRequiredBy ? ` It is ${to} that requires ${from}.` : '';
    return `${from} does not require ${to}, neither directly nor through others.${other}`;
  }
  const lines = paths.map((path) => path.join(' → '));
  return [...lines, ...(more === 0 ? [] : [`and ${more.toLocaleString('en')} more ways, none of them shorter`])].join(
    '\n',
  );
}

function theBuild({ at, durationMs, outcome }: KnownBuild): string {
  if (at === undefined) return 'the package in the store';
  const end = outcome === 'failed' ? 'failed' : 'took';
  const duration =
    durationMs === undefined
      ? ''
      : `, which ${end} ${outcome === 'failed' ? 'after ' : ''}${formatDuration(durationMs)}`;
  return `the build of ${formatWhen(at)}${duration}`;
}

function ids(before: string, after: string): string[] {
  return [`  before  ${before}`, `  now     ${after}`];
}

function outlook({ component, inStore, before }: Extract<Explanation, { readonly verdict: 'unchanged' }>): string {
  if (inStore) return 'Its package is in the store, so a build has nothing to do for it.';
  if (before.outcome === 'failed') return `A build tries it again; "dcos-build log ${component}" shows why it failed.`;
  return 'Its package is not in the store any more, so a build makes it again.';
}

/** Components that changed alike, as all do with a new builder, are told in one go. */
function groups(causes: readonly ExplainedCause[]): readonly (readonly ExplainedCause[])[] {
  return [...Map.groupBy(causes, ({ changes }) => JSON.stringify(changes)).values()];
}

function describeCauses(component: string, causes: readonly ExplainedCause[]): string[] {
  const [first, ...others] = causes;
  if (first === undefined) return [];
  const who =
    others.length > 0
      ? `${listOf(
          causes.map((cause) => cause.component),
          8,
        )} changed alike`
      : first.component === component
        ? `${component} itself changed`
        : `${first.component} changed (${first.path.join(' → ')})`;
  return [`${who}:`, indentedTable(first.changes.map((change) => [change.field, describeValues(change)]))];
}

function describeUnrecorded({ component, before, path }: ExplainedPlace): string[] {
  return [
    `${component} changed (${path.join(' → ')}):`,
    `  nothing is recorded of ${before}, so what changed in it is not known`,
  ];
}

function describeValues({ before, after }: Change): string {
  if (before === undefined) return `(none) → ${shortValue(after ?? '')}`;
  if (after === undefined) return `${shortValue(before)} → (none)`;
  const [old, now] = [shortValue(before), shortValue(after)];
  return old === now ? `${before} → ${after}` : `${old} → ${now}`;
}

/** Hashes by their first digits; text that would break the line as JSON writes it. */
function shortValue(value: string): string {
  if (value === '') return '(empty)';
  const short = value.replaceAll(/\b[0-9a-f]{40,}\b/g, (hash) => hash.slice(0, 12));
  return /\p{Cc}/u.test(short) ? JSON.stringify(short) : short;
}
