import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { componentJsonSchema, parseComponent } from '../../src/recipe/component.ts';
import { errorsIn } from '../rig/memory-plan.ts';

const GOOD = { version: '1.2.3', summary: 'A library.', licence: 'MIT' };

function complaints(value: object): readonly string[] {
  const parse = (): [] => {
    parseComponent('F', JSON.stringify(value));
    return [];
  };
  return errorsIn(parse).map(({ message, hint }) => `${message} ${hint}`);
}

describe('component.json', () => {
  test('what describes a component', () => {
    const full = {
      ...GOOD,
      licence_note: 'All of it.',
      availability: 'private',
      homepage: 'https://example.org/',
      supplier: 'The authors',
      purl: 'pkg:generic/x@1.2.3',
      cpe: 'cpe:2.3:a:vendor:x:1.2.3:*:*:*:*:*:*:*',
      updates: { kind: 'debian', source: 'x' },
      notes: 'None.',
    };
    expect(parseComponent('F', JSON.stringify(full))).toEqual(full);
  });

  test.each([
    [{ ...GOOD, version: 5 }, ['F: "version" is wrong. It must be of type string.']],
    [{ version: '1', summary: 'x' }, ['F: "licence" is missing. It must be of type string.']],
    [{ ...GOOD, cpe: 'x' }, ['F: "cpe" is wrong. It must be a CPE 2.3 name of 13 parts.']],
    [{ ...GOOD, purl: 'x' }, ['F: "purl" is wrong. It must look like pkg:generic/name@version.']],
    [{ ...GOOD, license: 'MIT' }, ['F has the unknown key "license". Did you mean "licence"?']],
    [{ ...GOOD, availability: 'closed' }, ['F: "availability" is wrong. It must be one of "public", "private".']],
    [[], ['F must hold an object, but it holds a list. Put the keys and values between "{" and "}".']],
  ])('%j is refused', (value, messages) => {
    expect(complaints(value)).toEqual(messages);
  });

  test('all mistakes at once, each with its place', () => {
    const text = '{\n "summary": 5,\n "licence": ""\n}';
    expect(errorsIn(() => (parseComponent('F', text), [])).map(({ place }) => place)).toEqual([
      { file: 'F', key: 'version' },
      { file: 'F', line: 2, column: 2, key: 'summary' },
      { file: 'F', line: 3, column: 2, key: 'licence' },
    ]);
  });

  test.each(globSync('packages/*/component.json'))('%s is one', (path) => {
    expect(parseComponent(path, readFileSync(path, 'utf8')).version).not.toBe('');
  });

  test('its JSON Schema names every key', () => {
    expect(componentJsonSchema()).toMatchObject({ properties: { version: {}, licence: {}, updates: {} } });
  });
});
