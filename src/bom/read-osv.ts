/**
 * Entries of OSV databases.
 *
 * @see https://ossf.github.io/osv-schema/
 */
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import type { Advisory, Affected, Range, RangeEvent } from './advisory.ts';
import { listAt, objectAt, objectsAt, textAt, textsAt } from './json-values.ts';
import { rate, type Rating } from './severity.ts';

const KINDS: Readonly<Record<string, Range['kind']>> = { SEMVER: 'semver', ECOSYSTEM: 'ecosystem', GIT: 'git' };
const EVENTS = ['introduced', 'fixed', 'last_affected'] as const;

/** Whether it looks like one. */
function isOsv(value: Json): value is JsonObject {
  return isJsonObject(value) && (Object.hasOwn(value, 'affected') || Object.hasOwn(value, 'schema_version'));
}

/**
 * @param shown the file, for messages
 * @returns undefined for an entry that was withdrawn
 * @throws UserError DATABASE_INVALID
 */
export function readOsv(entry: Json, shown: string): Advisory | undefined {
  const id = isJsonObject(entry) ? textAt(entry, 'id') : undefined;
  if (!isJsonObject(entry) || id === undefined) {
    throw new UserError('DATABASE_INVALID', `${shown} has an entry without "id", so it is no OSV database.`, {
      hint: "Give OSV entries (https://ossf.github.io/osv-schema/) or the JSON of Debian's security tracker.",
      place: { file: shown, key: 'id' },
    });
  }
  if (textAt(entry, 'withdrawn') !== undefined) return undefined;
  const specific = objectAt(entry, 'database_specific');
  return {
    id,
    // `upstream`: what a distribution's entry is about. `related` is about something else.
    aliases: [...textsAt(entry, 'aliases'), ...textsAt(entry, 'upstream')],
    summary: (textAt(entry, 'summary') ?? textAt(entry, 'details') ?? '').split('\n', 1)[0] ?? '',
    ...rate(vectorsOf(entry), textAt(specific, 'severity')),
    affected: objectsAt(entry, 'affected').map((affected) => readAffected(affected, cpesIn(specific))),
  };
}

function readAffected(affected: JsonObject, cpes: readonly string[]): Affected {
  const of = objectAt(affected, 'package');
  const ranges = objectsAt(affected, 'ranges');
  const own = [affected, ...ranges].flatMap((object) => [
    ...cpesIn(objectAt(object, 'database_specific')),
    ...cpesIn(objectAt(object, 'ecosystem_specific')),
  ]);
  return {
    ecosystem: textAt(of, 'ecosystem') ?? '',
    name: textAt(of, 'name') ?? '',
    purl: textAt(of, 'purl'),
    cpes: [...new Set([...cpes, ...own])],
    versions: textsAt(affected, 'versions'),
    ranges: ranges.flatMap(readRange),
    released: [],
    isUndetermined: false,
    rating: ownRating(affected),
  };
}

function ownRating(affected: JsonObject): Rating | undefined {
  const [ecosystem, database] = [objectAt(affected, 'ecosystem_specific'), objectAt(affected, 'database_specific')];
  const word = textAt(ecosystem, 'severity') ?? textAt(ecosystem, 'urgency') ?? textAt(database, 'severity');
  const rating = rate(vectorsOf(affected), word);
  return rating.severity === 'unknown' ? undefined : rating;
}

function vectorsOf(object: JsonObject): readonly string[] {
  return objectsAt(object, 'severity').flatMap((severity) => textAt(severity, 'score') ?? []);
}

function readRange(range: JsonObject): Range[] {
  const kind = KINDS[textAt(range, 'type') ?? ''];
  if (kind === undefined) return [];
  const events = objectsAt(range, 'events').flatMap((event) =>
    EVENTS.flatMap((name): RangeEvent[] => {
      const version = textAt(event, name);
      return version === undefined ? [] : [{ kind: name, version }];
    }),
  );
  return [{ kind, repository: textAt(range, 'repo'), events }];
}

/** The format has no field for CPE names; databases that have them put them where anything may stand. */
function cpesIn(value: Json): readonly string[] {
  if (typeof value === 'string') return value.startsWith('cpe:') ? [value] : [];
  if (isJsonArray(value)) return value.flatMap(cpesIn);
  return isJsonObject(value) ? Object.values(value).flatMap(cpesIn) : [];
}

/** The entries of a file of them: a list, one entry, or `{"vulns": […]}` as the API of OSV answers. */
export function osvEntries(value: Json): readonly Json[] | undefined {
  if (isJsonArray(value)) return value;
  if (isOsv(value)) return [value];
  const vulns = isJsonObject(value) ? member(value, 'vulns') : undefined;
  return isJsonObject(value) && isJsonArray(vulns) ? listAt(value, 'vulns') : undefined;
}
