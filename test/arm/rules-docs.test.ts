import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RULES } from '../../src/arm/rules/index.ts';

test('docs/template-rules.md has every rule with its severity and what it demands, in this order', () => {
  const rows = [...readFileSync('docs/template-rules.md', 'utf8').matchAll(/^\| `([^`]+)` +\| (\w+) +\| (.*?) +\|$/gm)];
  expect(rows.map(([, id, severity, what]) => ({ id, severity, what }))).toEqual(
    RULES.map(({ id, severity, what }) => ({ id, severity, what })),
  );
});
