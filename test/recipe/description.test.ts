import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseComponent } from '../../src/recipe/component.ts';
import { parseDescription } from '../../src/recipe/description.ts';
import { errorsIn } from '../rig/memory-plan.ts';

const GOOD = { version: '1.2.3', summary: 'A library.', licence: 'MIT' };

function errorsOf(parse: (shown: string, content: string) => unknown, value: object): ReturnType<typeof errorsIn> {
  return errorsIn(() => (parse('F', JSON.stringify(value, undefined, 1)), []));
}

test.each<[object, string[]]>([
  [{ ...GOOD, version: 5 }, ['F: "version" is wrong. It must be of type string.']],
  [{ version: '1', summary: 'x' }, ['F: "licence" is missing. It must be of type string.']],
  [
    { ...GOOD, licence: 'BSD like' },
    [
      'F: "licence" is wrong. It must be an SPDX expression of ids from https://spdx.org/licenses/, or of LicenseRef-… ids.',
    ],
  ],
  [
    { ...GOOD, homepage: 'ftp://x' },
    ['F: "homepage" is wrong. It must be a URL that begins with https:// or http://.'],
  ],
  [{ ...GOOD, availability: 'closed' }, ['F: "availability" is wrong. It must be one of "public", "private".']],
  [{ ...GOOD, updates: {} }, ['F: "updates" is wrong. It must be an object with the string "kind".']],
  [{ ...GOOD, notes: '' }, ['F: "notes" is wrong. It must not be empty.']],
  [{ ...GOOD, license: 'MIT' }, ['F has the unknown key "license". Did you mean "licence"?']],
])('%j is refused', (value, messages) => {
  expect(errorsOf(parseDescription, value).map(({ message, hint }) => `${message} ${hint}`)).toEqual(messages);
});

const VALUES: readonly unknown[] = [
  'MIT',
  'MIT OR (ISC AND LicenseRef-x)',
  'BSD like',
  '',
  5,
  null,
  {},
  ['MIT'],
  'public',
  'https://example.org/',
  'http:example',
  'https:// x',
  'HTTPS://EXAMPLE.ORG',
  'ftp://example.org',
  'pkg:generic/x@1',
  'cpe:2.3:a:vendor:x:1.2.3:*:*:*:*:*:*:*',
];
const KEYS = [
  ...Object.keys(GOOD),
  'licence_note',
  'availability',
  'homepage',
  'supplier',
  'purl',
  'cpe',
  'notes',
  'x',
];

test('both readers of component.json take the same, and find the same keys wrong', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES), { maxKeys: 4 }),
      fc.subarray(KEYS),
      (changes, dropped) => {
        const all = Object.entries({ ...GOOD, licence: 'ISC', ...changes });
        const value = Object.fromEntries(all.filter(([key]) => !dropped.includes(key) || key === 'version'));
        const places = (parse: typeof parseDescription): readonly unknown[] =>
          errorsOf(parse, value).map(({ place }) => place);
        expect(places(parseDescription)).toEqual(places(parseComponent));
      },
    ),
    { numRuns: 500 },
  );
});
