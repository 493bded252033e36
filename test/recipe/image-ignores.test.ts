/** `ignores` of an image definition. */
import { expect, test } from 'vitest';
import { UserErrors } from '../../src/model/errors.ts';
import { parseImageDefinition } from '../../src/recipe/image-definition.ts';
import { failureOf } from '../rig/failure.ts';

const RULES = ['kernel.console', 'boot.comes-up', 'history'];
const HEAD = `{
  "suite": "bookworm", "packages": ["systemd"], "roles": ["master"],
  "apt_sources": ["deb https://debian.example.org/debian bookworm main"],
  "ignores": [
`;

/** An ignore a line, from the fifth on. */
function parse(...ignores: readonly object[]) {
  const lines = ignores.map((ignore) => `    ${JSON.stringify(ignore)}`).join(',\n');
  return parseImageDefinition('a.json', `${HEAD}${lines}\n  ]\n}`, RULES);
}

const good = { rule: 'history', reason: 'Nobody logs in.' };

test('a rule is ignored with a reason, for good or until a day', () => {
  const until = { rule: 'boot.comes-up', reason: 'The driver is late.', expires: '2027-01-31' };
  expect(parse(good, until).ignores).toEqual([good, until]);
  expect(parse().ignores).toEqual([]);
});

test.each<[ignore: object, key: string, message: string, hint: string]>([
  [
    { ...good, rule: 'kernel.consol' },
    'rule',
    'a.json ignores "kernel.consol", and there is no such rule.',
    'Did you mean "kernel.console"?',
  ],
  [
    { ...good, rule: 'quux' },
    'rule',
    'a.json ignores "quux", and there is no such rule.',
    '"dcos-build image test" shows the rules.',
  ],
  [{ reason: 'x' }, 'rule', '"ignores.1.rule" is missing.', 'It must be the id of a rule, as "kernel.console".'],
  [good, 'rule', '"ignores.1.rule" is wrong.', 'It must be there once.'],
  [{ rule: 'kernel.console' }, 'reason', '"ignores.1.reason" is missing.', 'It must say why it is ignored.'],
  [{ rule: 'kernel.console', reason: ' ' }, 'reason', '"ignores.1.reason" is wrong.', 'It must say why it is ignored.'],
  [
    { rule: 'kernel.console', reason: 'x', expires: '2027-02-29' },
    'expires',
    '"ignores.1.expires" is wrong.',
    'It must be a day, as "2027-01-31".',
  ],
  [
    { rule: 'kernel.console', reason: 'x', expire: '2027-01-31' },
    'expire',
    'has the unknown key "expire".',
    'Did you mean "expires"?',
  ],
])('a mistake is told with its place and what to do: %#', (ignore, key, message, hint) => {
  const error = failureOf(() => parse(good, ignore));
  expect(error).toMatchObject({ code: 'IMAGE_INVALID', hint });
  expect(error.message).toContain(message);
  // Of what is missing, where its object stands.
  expect(error.place).toMatchObject({ file: 'a.json', line: 6, key: `ignores.1.${key}` });
});

test('all mistakes are told at once, those of the schema and rules that there are not', () => {
  expect(() => parse({ rule: 'histori', reason: '' })).toThrow(UserErrors);
});
