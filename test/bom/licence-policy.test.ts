import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkLicences, isCovered, readLicences } from '../../src/bom/licence-policy.ts';
import { formatTerm, licenceTerms, parseLicence } from '../../src/recipe/licence-expression.ts';
import { billComponent, billOf } from '../rig/bills.ts';

function refused(
  licence: string | undefined,
  allow: readonly string[],
  deny: readonly string[] = [],
): readonly string[] {
  const policy = { allow: readLicences(allow, '--allow'), deny: readLicences(deny, '--deny') };
  const bill = billOf(billComponent({ name: 'a', licence }));
  return checkLicences(bill, policy).flatMap(({ because }) => (because.length === 0 ? ['unknown'] : because));
}

test.each<[string, string[], string[], string[]]>([
  ['MIT', ['MIT'], [], []],
  ['MIT', ['ISC'], [], ['MIT']],
  ['MIT AND ISC', ['MIT'], [], ['ISC']],
  ['MIT OR ISC', ['MIT'], [], []],
  ['MIT OR ISC', [], ['MIT'], []],
  ['MIT OR ISC', [], ['MIT', 'ISC'], ['MIT', 'ISC']],
  ['(MIT OR ISC) AND Zlib', ['MIT', 'Zlib'], [], []],
  ['MIT', ['MIT OR ISC'], [], []],
  // Of "or later" one may choose, and a licence that is allowed "or later" is allowed in every later version.
  ['GPL-2.0-or-later', ['GPL-2.0-only'], [], []],
  ['GPL-2.0-or-later', ['GPL-3.0-only'], [], []],
  ['GPL-2.0-only', ['GPL-3.0-only'], [], ['GPL-2.0-only']],
  ['GPL-3.0-only', ['GPL-2.0-or-later'], [], []],
  ['GPL-2.0-or-later', [], ['GPL-2.0-only'], []],
  ['GPL-2.0-or-later', [], ['GPL-2.0-or-later'], ['GPL-2.0-or-later']],
  ['GPL-2.0+', ['GPL-3.0-only'], [], []],
  ['Apache-1.1+', ['Apache-2.0'], [], []],
  // An exception only adds permissions, but one that is denied is denied with every exception.
  ['GPL-2.0-only WITH Classpath-exception-2.0', ['GPL-2.0-only'], [], []],
  ['GPL-2.0-only', ['GPL-2.0-only WITH Classpath-exception-2.0'], [], ['GPL-2.0-only']],
  ['GPL-2.0-only WITH Classpath-exception-2.0', [], ['GPL-2.0-only'], ['GPL-2.0-only WITH Classpath-exception-2.0']],
  ['LicenseRef-ours', ['LicenseRef-ours'], [], []],
  ['LicenseRef-ours', ['MIT'], [], ['LicenseRef-ours']],
])('%s with %j allowed and %j denied: in the way are %j', (licence, allow, deny, because) => {
  expect(refused(licence, allow, deny)).toEqual(because);
});

test('a component without a licence passes no policy', () => {
  expect(refused(undefined, [], ['MIT'])).toEqual(['unknown']);
});

test('what is no licence, or joined by AND, is an error that says where', () => {
  expect(() => readLicences(['My Licence'], '--deny')).toThrow('--deny has "My Licence", which is no SPDX licence');
  expect(() => readLicences(['MIT AND ISC'], '--allow')).toThrow('--allow has "MIT AND ISC": what AND would mean');
});

const IDS = ['MIT', 'ISC', 'GPL-2.0-only', 'GPL-2.0-or-later', 'GPL-3.0-only', 'Apache-2.0', 'LGPL-2.1+'];
const expressions = fc.letrec<{ expression: string; pair: string; id: string }>((tie) => ({
  id: fc.constantFrom(...IDS),
  pair: fc
    .tuple(tie('expression'), fc.constantFrom('AND', 'OR'), tie('expression'))
    .map(([left, joint, right]) => `(${left}) ${joint} (${right})`),
  expression: fc.oneof({ maxDepth: 4 }, tie('id'), tie('pair')),
})).expression;

test('every expression is covered by the licences that it names', () => {
  fc.assert(
    fc.property(expressions, (text) => {
      const expression = parseLicence(text);
      if (expression === undefined) throw new Error(text);
      expect(isCovered(expression, licenceTerms(expression))).toBe(true);
      expect(refused(text, licenceTerms(expression).map(formatTerm))).toEqual([]);
    }),
  );
});

test('to allow more never refuses more, and to deny more never refuses less', () => {
  fc.assert(
    fc.property(expressions, fc.subarray(IDS, { minLength: 1 }), fc.constantFrom(...IDS), (text, some, more) => {
      const passes = (allow: readonly string[], deny: readonly string[]): boolean =>
        refused(text, allow, deny).length === 0;
      expect(!passes(some, []) || passes([...some, more], [])).toBe(true);
      expect(!passes([], [...some, more]) || passes([], some)).toBe(true);
    }),
  );
});
