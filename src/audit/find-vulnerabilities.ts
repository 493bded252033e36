/** Matches a bill against databases of vulnerabilities. */
import { join } from 'node:path';
import type { AnyBill } from '../bom/any-bill.ts';
import { FindingCollector, identity, type Findings } from '../bom/findings.ts';
import { matchAdvisory } from '../bom/match-advisory.ts';
import { indexSubjects } from '../bom/subjects.ts';
import { readTextIfThere } from '../host/files.ts';
import { nearest } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import { parseCveIgnores, type CveIgnore } from '../recipe/cve-ignores.ts';
import { readDatabase, type DatabaseOptions } from './read-database.ts';

export interface VulnerabilityOptions extends DatabaseOptions {
  readonly databases: readonly string[];
  readonly ignores: readonly CveIgnore[];
  /** Of Debian, where the bill does not tell. */
  readonly debianRelease: string | undefined;
  /** `2026-11-23` */
  readonly today: string;
  /** Told of ignores that are no good any more. */
  readonly warn: (warning: { readonly message: string; readonly hint: string }) => void;
}

export interface Vulnerabilities extends Findings {
  /** Components of the bill. */
  readonly components: number;
  /** Entries of all databases. */
  readonly advisories: number;
}

/** @throws UserError, as {@link readDatabase} does */
export async function findVulnerabilities(bill: AnyBill, options: VulnerabilityOptions): Promise<Vulnerabilities> {
  const { databases, ignores, debianRelease, today, warn } = options;
  const index = indexSubjects(bill, debianRelease);
  const collector = new FindingCollector();
  const wanted = new Set(ignores.map(({ id }) => id));
  const known = new Set<string>();
  let advisories = 0;
  for (const database of databases) {
    for await (const advisory of readDatabase(database, options)) {
      advisories += 1;
      collector.add(matchAdvisory(advisory, index));
      for (const id of [advisory.id, ...advisory.aliases, identity(advisory)]) if (wanted.has(id)) known.add(id);
    }
  }
  const found = collector.collect(ignores, today);
  for (const ignore of ignores) {
    const what = staleness(ignore, { bill, known, found });
    if (what !== undefined) warn({ message: `cve-ignores: ${ignore.id} ${what.message}.`, hint: what.hint });
  }
  return { ...found, components: bill.components.length, advisories };
}

/** A file that the user named, and how messages call it. */
interface NamedFile {
  readonly path: string;
  readonly shown: string;
}

/** @param treeinfos where cve-ignores.json is looked for if no file was named; undefined: there is no tree */
export async function readIgnores(
  named: NamedFile | undefined,
  treeinfos: string | undefined,
): Promise<readonly CveIgnore[]> {
  const beside = treeinfos === undefined ? undefined : { path: join(treeinfos, IGNORES), shown: IGNORES };
  const file = named ?? beside;
  const text = file === undefined ? undefined : await readTextIfThere(file.path);
  if (file !== undefined && text !== undefined) return parseCveIgnores(file.shown, text);
  if (named === undefined) return [];
  throw new UserError('USAGE', `There is no ${named.shown}.`, { hint: 'Give --ignores a file, or leave it out.' });
}

const IGNORES = 'cve-ignores.json';

interface Known {
  readonly bill: AnyBill;
  readonly known: ReadonlySet<string>;
  readonly found: Findings;
}

function staleness({ id, component }: CveIgnore, { bill, known, found }: Known) {
  if (
    component !== undefined &&
    !bill.components.some(({ label, name }) => component === label || component === name)
  ) {
    const guess = nearest(
      component,
      bill.components.map(({ label }) => label),
    );
    const hint = guess === undefined ? 'Remove it, or correct its name.' : `Did you mean "${guess}"?`;
    return { message: `names the component "${component}", which is not there`, hint };
  }
  if (!known.has(id)) {
    return { message: 'is in none of the databases', hint: 'Look whether the id is right, or remove it.' };
  }
  const isUsed = found.findings.some((finding) => [finding.id, ...finding.aliases].includes(id));
  return isUsed ? undefined : { message: 'matches nothing any more', hint: 'Remove it.' };
}
