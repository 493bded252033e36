import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** Each room and the rooms it may import. Nothing points back up. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  host: ['model'],
  recipe: ['model'],
  resolve: ['model', 'recipe'],
  report: ['model'],
  executor: ['model', 'host', 'recipe'],
  source: ['model', 'host'],
  sign: ['model', 'host', 'recipe'],
  store: ['model', 'host', 'recipe', 'resolve', 'sign'],
  bom: ['model', 'recipe', 'resolve'],
  tree: ['model', 'host', 'recipe', 'resolve', 'source'],
  pins: ['model', 'host', 'recipe', 'resolve', 'report', 'executor', 'source', 'store', 'tree'],
  audit: ['model', 'host', 'recipe', 'resolve', 'bom', 'sign', 'store', 'tree'],
  arm: ['model'],
  cluster: ['model', 'recipe', 'resolve', 'arm'],
  image: ['model', 'host', 'report'],
  gallery: ['model', 'host', 'recipe', 'report', 'store'],
  boot: ['model', 'host', 'report', 'image'],
  publish: ['model', 'host', 'recipe', 'resolve', 'bom', 'sign', 'store', 'tree', 'audit', 'arm', 'cluster'],
  build: ['model', 'host', 'recipe', 'resolve', 'report', 'bom', 'executor', 'source', 'sign', 'store', 'tree'],
  bake: ['model', 'host', 'recipe', 'bom', 'executor', 'sign', 'store', 'tree', 'audit', 'image', 'publish', 'build'],
};
const everything: typeof ROOMS = { ...ROOMS, cli: Object.keys(ROOMS) };
const PURE = ['model', 'recipe', 'resolve', 'report', 'bom', 'arm', 'cluster'];

const files = globSync('src/*/**/*.ts');

test('there are files to look at', () => {
  expect(files.length).toBeGreaterThan(30);
});

test.each(files)('%s imports only the rooms below its own', (path) => {
  const [, room = ''] = path.split('/');
  const own = importsOf(path).filter((from) => from.startsWith('.'));
  const imported = own.flatMap((from) => /^src\/([a-z]+)\//.exec(join(dirname(path), from))?.[1] ?? []);
  expect([room, ...(everything[room] ?? [])]).toEqual(expect.arrayContaining(imported));
});

test.each(files.filter((path) => PURE.includes(path.split('/')[1] ?? '')))('%s touches no machine', (path) => {
  const impure = importsOf(path).filter((from) => /^node:(?!crypto|util|path|url|buffer|zlib)/.test(from));
  expect(impure).toEqual([]);
});

function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, from = '']) => from);
}
