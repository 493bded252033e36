/** Licence expressions in SPDX's language: read, and taken apart into single licences. */
import parse from 'spdx-expression-parse';

/** One licence of an expression. */
export interface LicenceTerm {
  /** An id of SPDX's list, or `LicenseRef-…`. */
  readonly license: string;
  /** This or any later version: `Apache-1.1+`. */
  readonly plus?: true | undefined;
  /** An id of SPDX's list of exceptions. */
  readonly exception?: string | undefined;
}

/** As spdx-expression-parse gives it. */
export type LicenceExpression =
  | LicenceTerm
  | { readonly left: LicenceExpression; readonly conjunction: 'and' | 'or'; readonly right: LicenceExpression };

/** What was read already: a tree has dozens of components under a few licences. Bounded, since texts come from files. */
const known = new Map<string, LicenceExpression | undefined>();
const MOST_KNOWN = 500;

/** The expression that a text holds, or undefined if it is none, or names a licence that SPDX does not list. */
export function parseLicence(text: string): LicenceExpression | undefined {
  if (known.has(text)) return known.get(text);
  const expression = read(text);
  if (known.size < MOST_KNOWN) known.set(text, expression);
  return expression;
}

function read(text: string): LicenceExpression | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** What a licence must do, as the rest of a sentence. */
export const LICENCE_RULE = 'be an SPDX expression of ids from https://spdx.org/licenses/, or of LicenseRef-… ids';

export function isLicence(text: string): boolean {
  return parseLicence(text) !== undefined;
}

/** Every licence that an expression names, in its order, repetitions included. */
export function licenceTerms(expression: LicenceExpression): readonly LicenceTerm[] {
  if (!('conjunction' in expression)) return [expression];
  return [...licenceTerms(expression.left), ...licenceTerms(expression.right)];
}

/** A term as it is written. */
export function formatTerm({ license, plus, exception }: LicenceTerm): string {
  return `${license}${plus === true ? '+' : ''}${exception === undefined ? '' : ` WITH ${exception}`}`;
}
