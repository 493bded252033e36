import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clusterConfigSchema } from '../../../src/recipe/cluster-config.ts';

test('docs/cluster-config.md has every parameter with its default and what it is', () => {
  const lines = readFileSync('docs/cluster-config.md', 'utf8').split('\n');
  const cells = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  const defaults = new Map<string, unknown>(Object.entries(clusterConfigSchema.parse({})));
  const expected = Object.entries(clusterConfigSchema.unwrap().shape).map(([key, { description }]) => {
    const value = defaults.get(key);
    return [`\`${key}\``, value === undefined ? '-' : `\`${JSON.stringify(value)}\``, description];
  });
  const first = cells.findIndex(([, name]) => name === expected[0]?.[0]);
  expect(cells.slice(first, first + expected.length).map((row) => row.slice(1, -1))).toEqual(expected);
});
