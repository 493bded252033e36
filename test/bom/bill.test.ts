import { expect, test } from 'vitest';
import { billOf, type BillComponent, type BillDebianPackage, type BillSource } from '../../src/bom/bill.ts';
import { planMemory, type TreeFiles } from '../rig/memory-plan.ts';

const HEX = 'a'.repeat(64);
const SHA1 = 'b'.repeat(40);

function bill(files: TreeFiles): ReturnType<typeof billOf> {
  const { plan, errors } = planMemory(files);
  expect(errors).toEqual([]);
  const [tree] = plan.trees;
  if (tree === undefined) throw new Error('no tree');
  return billOf(tree, plan.components.values(), {
    factsOf: ({ name }) => ({ description: { version: '1', summary: name, licence: 'MIT' }, package: undefined }),
  });
}

test('components are sorted by label, with their direct requirements alone', () => {
  const { components } = bill({
    'a/buildinfo.json': { requires: ['b'] },
    'b/buildinfo.json': { requires: ['c'] },
    'c/buildinfo.json': {},
  });
  expect(components.map(({ label, requires }) => [label, requires])).toEqual([
    ['a', ['b']],
    ['b', ['c']],
    ['c', []],
  ]);
});

test('a bill holds what its tree reaches, each variant by its label', () => {
  const { components, variant } = bill({
    'treeinfo.json': { core_package_list: ['a'], variants: { b: 'small' } },
    'a/buildinfo.json': { requires: [{ name: 'b', variant: 'small' }] },
    'b/small.buildinfo.json': {},
    'c/buildinfo.json': {},
  });
  expect(variant).toBeUndefined();
  expect(components.map(({ label }) => label)).toEqual(['a', 'b/small']);
});

test('each kind of source tells its addresses, its commit, its hashes and its Debian packages', () => {
  const url = 'https://user:secret@example.org/u.tar.gz?sig=secret';
  const [component]: readonly BillComponent[] = bill({
    'a/buildinfo.json': {
      sources: {
        deb: { kind: 'deb', packages: [{ package: 'p', version: '1-1', architecture: 'all', sha256: HEX }] },
        debian: { kind: 'deb_source', package: 's', version: '2-1', file: 's_2.orig.tar.gz', sha256: HEX },
        git: { kind: 'git', git: 'https://example.org/g.git', ref: SHA1, ref_origin: 'v1' },
        near: { kind: 'url', url: 'file://near.txt', sha1: SHA1 },
        url: { kind: 'url_extract', url, sha256: HEX, sha1: SHA1 },
      },
    },
  }).components;
  const none: Omit<BillSource, 'name' | 'kind'> = { urls: [], commit: undefined, hashes: [], packages: [] };
  const binary: BillDebianPackage = { package: 'p', version: '1-1', architecture: 'all', sha256: HEX };
  const sha256 = { algorithm: 'sha256', hex: HEX };
  const sha1 = { algorithm: 'sha1', hex: SHA1 };
  expect(component?.sources).toEqual([
    { ...none, name: 'deb', kind: 'deb', packages: [binary] },
    {
      ...none,
      name: 'debian',
      kind: 'deb_source',
      hashes: [sha256],
      packages: [{ package: 's', version: '2-1', architecture: 'source', sha256: HEX }],
    },
    { ...none, name: 'git', kind: 'git', urls: ['https://example.org/g.git'], commit: SHA1 },
    { ...none, name: 'near', kind: 'url', urls: ['file://near.txt'], hashes: [sha1] },
    {
      ...none,
      name: 'url',
      kind: 'url_extract',
      urls: ['https://***@example.org/u.tar.gz?sig=***'],
      hashes: [sha256, sha1],
    },
  ]);
});
