/**
 * The JSON of Debian's security tracker: source package, then vulnerability, then release.
 *
 * @see https://security-tracker.debian.org/tracker/data/json
 */
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { Advisory, Affected, RangeEvent } from './advisory.ts';
import { debianRelease } from './debian-release.ts';
import { objectAt, textAt } from './json-values.ts';
import { rate } from './severity.ts';

/** Whether it looks like one: packages, each with vulnerabilities, the first of which has releases. */
export function isDebianTracker(value: Json): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const [first] = Object.values(value);
  const [issue] = isJsonObject(first) ? Object.values(first) : [];
  return isJsonObject(issue) && isJsonObject(issue['releases']);
}

/** Every vulnerability of every package; one that concerns several packages comes once for each. */
export function* readDebianTracker(tracker: JsonObject): Generator<Advisory> {
  for (const name of Object.keys(tracker)) {
    const issues = objectAt(tracker, name);
    for (const id of Object.keys(issues)) yield advisoryOf(name, id, objectAt(issues, id));
  }
}

function advisoryOf(name: string, id: string, issue: JsonObject): Advisory {
  const releases = objectAt(issue, 'releases');
  return {
    id,
    aliases: [],
    summary: textAt(issue, 'description') ?? '',
    severity: 'unknown',
    score: undefined,
    affected: Object.keys(releases).map((release) => affectedIn(name, release, objectAt(releases, release))),
  };
}

function affectedIn(name: string, release: string, state: JsonObject): Affected {
  const urgency = textAt(state, 'urgency');
  const repositories = objectAt(state, 'repositories');
  return {
    ecosystem: `Debian:${debianRelease(release)}`,
    name,
    purl: undefined,
    cpes: [],
    versions: [],
    ranges: [{ kind: 'ecosystem', repository: undefined, events: eventsOf(state) }],
    released: Object.keys(repositories).flatMap((suite) => textAt(repositories, suite) ?? []),
    isUndetermined: textAt(state, 'status') === 'undetermined',
    rating: urgency === undefined ? undefined : rate([], urgency),
  };
}

/** `resolved` in version 0: the release was never affected. */
function eventsOf(state: JsonObject): readonly RangeEvent[] {
  const status = textAt(state, 'status');
  const fixed = textAt(state, 'fixed_version');
  if (status === 'undetermined' || (status === 'resolved' && fixed === undefined)) return [];
  const introduced: RangeEvent = { kind: 'introduced', version: '0' };
  return status === 'resolved' && fixed !== undefined ? [introduced, { kind: 'fixed', version: fixed }] : [introduced];
}
