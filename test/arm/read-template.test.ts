import { expect, test } from 'vitest';
import { parseTemplate } from '../../src/arm/read-template.ts';
import { UserError } from '../../src/model/errors.ts';

test('comments and a byte order mark are allowed, as Azure allows them', () => {
  const text = '\uFEFF{ // one\n "a": "http://x /* no comment */", /* two\n */ "resources": [] }';
  expect(parseTemplate('t.json', text)).toEqual({ a: 'http://x /* no comment */', resources: [] });
});

test.each([
  ['[]', 't.json is no ARM template. It is no JSON object.', undefined],
  ['{}', 't.json is no ARM template. It has no resources.', undefined],
  [
    '{"$schema": "…/deploymentParameters.json#"}',
    't.json is no ARM template. It holds the parameters of a deployment.',
    undefined,
  ],
  ['{\n  "a": 1,\n  b: 2\n}', expect.stringContaining('t.json is no JSON:'), 3],
  ['{\n  "a": 1', expect.stringContaining('t.json is no JSON:'), 2],
  ['', expect.stringContaining('t.json is no JSON:'), 1],
])('%j is refused', (text, message, line) => {
  const error = refusalOf(text);
  expect(error).toMatchObject({ code: 'TEMPLATE_INVALID', message });
  expect(error?.place?.line).toBe(line);
});

function refusalOf(text: string): UserError | undefined {
  try {
    parseTemplate('t.json', text);
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  return undefined;
}
