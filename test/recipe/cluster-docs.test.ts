/** docs/cluster-definition.md agrees with the schema. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseClusterDefinition } from '../../src/recipe/parse-cluster.ts';
import { clusterKeyRows } from '../rig/cluster-key-rows.ts';

const PAGE = readFileSync('docs/cluster-definition.md', 'utf8');

test('it has every key of cluster.json, with default, limits and meaning as they are', () => {
  const rows = PAGE.split('\n').filter((line) => /^\| `[a-z]/.test(line));
  const cells = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(cells).toEqual(clusterKeyRows().map((row) => [...row]));
});

test('its examples are read without a warning', () => {
  const examples = [...PAGE.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text = '']) => text);
  expect(examples.length).toBe(3);
  for (const example of examples) expect(parseClusterDefinition('cluster.json', example).warnings).toEqual([]);
});

test('its largest example has every key that goes with the others', () => {
  const [, most = ''] = [...PAGE.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text = '']) => text);
  const absent = clusterKeyRows()
    .map(([key]) => key.replaceAll('`', ''))
    .filter(
      (key) =>
        !/^(?:image\.(?:plan|definition|version|stock)|network\.existing|release\.variant|.*\.regional)/.test(key),
    )
    .filter((key) => !most.includes(`"${key.split('.').at(-1)}"`));
  expect(absent).toEqual([]);
});
