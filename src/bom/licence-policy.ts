/** Which licences may be in a release: whether an expression can be satisfied by what is allowed and not denied. Pure. */
import ids from 'spdx-license-ids/index.json' with { type: 'json' };
import deprecated from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import { UserError } from '../model/errors.ts';
import { formatTerm, parseLicence, type LicenceExpression, type LicenceTerm } from '../recipe/licence-expression.ts';
import type { Bill } from './bill.ts';

export interface LicencePolicy {
  /** Empty: all that is not denied. */
  readonly allow: readonly LicenceTerm[];
  readonly deny: readonly LicenceTerm[];
}

/** A component that the policy does not let through. */
export interface Refusal {
  readonly label: string;
  /** undefined: it declares none. */
  readonly licence: string | undefined;
  /** The licences of it that cannot be used, as they are written; empty if it declares none. */
  readonly because: readonly string[];
}

/**
 * Reads the values of `--allow` and `--deny`: licences, or several of them joined by OR.
 *
 * @param option for messages
 * @throws UserError USAGE
 */
export function readLicences(texts: readonly string[], option: string): readonly LicenceTerm[] {
  return texts.flatMap((text) => {
    const expression = parseLicence(text);
    if (expression === undefined) {
      throw new UserError('USAGE', `${option} has ${JSON.stringify(text)}, which is no SPDX licence expression.`, {
        hint: 'Give ids of https://spdx.org/licenses/, as MIT or "GPL-2.0-only WITH Classpath-exception-2.0".',
      });
    }
    return alternatives(expression, text, option);
  });
}

/** Components whose licences cannot be satisfied, in the order of the bill. One without a licence never passes. */
export function checkLicences({ components }: Bill, policy: LicencePolicy): readonly Refusal[] {
  const isUsable = usable(policy);
  return components.flatMap(({ label, licence }): Refusal[] => {
    const expression = licence === undefined ? undefined : parseLicence(licence);
    if (expression === undefined) return [{ label, licence, because: [] }];
    const because = obstacles(expression, isUsable);
    return because.length === 0 ? [] : [{ label, licence, because: [...new Set(because)] }];
  });
}

/** Whether an expression can be satisfied with the licences that another one names. */
export function isCovered(expression: LicenceExpression, by: readonly LicenceTerm[]): boolean {
  return obstacles(expression, usable({ allow: by, deny: [] })).length === 0;
}

function alternatives(expression: LicenceExpression, text: string, option: string): readonly LicenceTerm[] {
  if (!('conjunction' in expression)) return [expression];
  if (expression.conjunction === 'and') {
    throw new UserError('USAGE', `${option} has ${JSON.stringify(text)}: what AND would mean in it is not clear.`, {
      hint: 'Name each licence by itself, or join them by OR.',
    });
  }
  return [expression.left, expression.right].flatMap((side) => alternatives(side, text, option));
}

/** The licences that stand in the way: of alternatives none, as soon as one of them can be taken. */
function obstacles(expression: LicenceExpression, isUsable: (term: LicenceTerm) => boolean): readonly string[] {
  if (!('conjunction' in expression)) return isUsable(expression) ? [] : [formatTerm(expression)];
  const [left, right] = [expression.left, expression.right].map((side) => obstacles(side, isUsable));
  if (left === undefined || right === undefined) throw new Error('an expression has two sides');
  const isEither = expression.conjunction === 'or' && (left.length === 0 || right.length === 0);
  return isEither ? [] : [...left, ...right];
}

/** Of "this or any later version" the licensee chooses one, so one version that may be used is enough. */
function usable({ allow, deny }: LicencePolicy): (term: LicenceTerm) => boolean {
  return (term) =>
    versionsOf(term).some((version) => {
      const isNamed = (entry: LicenceTerm): boolean =>
        versionsOf(entry).includes(version) && (entry.exception === undefined || entry.exception === term.exception);
      return (allow.length === 0 || allow.some(isNamed)) && !deny.some(isNamed);
    });
}

const VERSIONED = /^(.+)-(\d+(?:\.\d+)*)(-only|-or-later|\+)?$/;

/** The licences that a term may stand for, without `-only`: `GPL-2.0-or-later` is GPL-2.0 and GPL-3.0. */
function versionsOf({ license, plus }: LicenceTerm): readonly string[] {
  const [, family, version, suffix] = VERSIONED.exec(license) ?? [];
  if (family === undefined || version === undefined) return [license];
  if (plus !== true && suffix !== '-or-later' && suffix !== '+') return [`${family}-${version}`];
  const all = versionsByFamily().get(family) ?? [version];
  return all.filter((one) => compareVersions(one, version) >= 0).map((one) => `${family}-${one}`);
}

let families: ReadonlyMap<string, readonly string[]> | undefined;

function versionsByFamily(): ReadonlyMap<string, readonly string[]> {
  if (families !== undefined) return families;
  const found = new Map<string, string[]>();
  for (const id of [...ids, ...deprecated]) {
    const [, family, version] = VERSIONED.exec(id) ?? [];
    if (family === undefined || version === undefined) continue;
    const versions = found.get(family);
    if (versions === undefined) found.set(family, [version]);
    else if (!versions.includes(version)) versions.push(version);
  }
  return (families = found);
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.split('.').map(Number));
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
