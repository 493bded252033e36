import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  call,
  expressionText,
  indexOf,
  literal,
  memberOf,
  plainText,
  type Expression,
} from '../../src/arm/expression.ts';
import { isExpressionText, literalText, parseExpression } from '../../src/arm/parse-expression.ts';

const name = fc.stringMatching(/^[A-Za-z_]\w{0,6}$/);
const { expression } = fc.letrec<{ expression: Expression; call: Expression }>((tie) => ({
  call: fc
    .tuple(
      fc.oneof(
        name,
        fc.tuple(name, name).map((both) => both.join('.')),
      ),
      fc.array(tie('expression'), { maxLength: 3 }),
    )
    .map(([called, args]) => call(called, ...args)),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'binary' }).map(literal),
    fc.maxSafeInteger().map((value) => literal(value === 0 ? 0 : value)),
    tie('call'),
    fc.tuple(tie('call'), name).map(([of, member]) => memberOf(of, member)),
    fc.tuple(tie('call'), tie('expression')).map(([of, at]) => indexOf(of, at)),
  ),
}));

test('what is spelled is read as it was', () => {
  fc.assert(
    fc.property(expression, (tree) => {
      expect(parseExpression(expressionText(tree))).toEqual({ expression: tree });
    }),
  );
});

test('a plain text is no expression and stands for itself', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((inner) => `[${inner}]`),
      ),
      (text) => {
        expect(isExpressionText(plainText(text))).toBe(false);
        expect(literalText(plainText(text))).toBe(text);
      },
    ),
  );
});

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a('.,)\][0-9 -]*$/)), (text) => {
      const { expression: read, mistake } = parseExpression(`[${text}]`);
      expect(read === undefined).toBe(mistake !== undefined);
    }),
  );
});

test('blanks and line ends between parts make no difference', () => {
  expect(parseExpression("[ concat ( 'a' ,\n  variables('b') [ 0 ] . c ) ]")).toEqual(
    parseExpression("[concat('a',variables('b')[0].c)]"),
  );
});

test.each([
  ["[concat('a]", "A text has no closing ': a quote within a text is doubled.", 8],
  ["[concat('a', ]", 'The expression ends where a text, a number or a function should be.', 13],
  ['[concat(b)]', 'Behind "b" a "(" is missing; ")" stands there: texts are in single quotes.', 9],
  ["[concat('a') x]", '"x" stands behind the end of the expression.', 13],
  ["[concat('a'']", "A text has no closing ': a quote within a text is doubled.", 8],
  ['[concat("a")]', '""" is no part of an expression.', 8],
  ['[add(1, 99999999999999999999)]', '99999999999999999999 is too large a number.', 8],
  ["[concat('a']", 'A ")" is missing.', 11],
  ['[a(1)[0]', 'A "]" is missing.', 7],
  ['[a(1).]', 'Here should be the name of a member.', 6],
])('%s', (text, message, at) => {
  expect(parseExpression(text).mistake).toEqual({ message, at });
});

test('an expression that is nested without end is refused', () => {
  const { mistake } = parseExpression(`[${'a('.repeat(20_000)}]`);
  expect(mistake?.message).toBe('It is nested deeper than 100 levels.');
});
