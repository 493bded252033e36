/** Trees: what belongs to them, in which order it is built, and what is wrong with them. */
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/model/errors.ts';
import { findOthers, planOthers } from '../../src/resolve/other-components.ts';
import { planJson } from '../../src/resolve/plan-json.ts';
import { neededFacts } from '../../src/resolve/facts.ts';
import { imageTags } from '../../src/resolve/image-tags.ts';
import { errorsIn, messagesOf, planMemory, type TreeFiles } from '../rig/memory-plan.ts';

const CHAIN: TreeFiles = {
  'a/buildinfo.json': { requires: ['b'] },
  'b/buildinfo.json': { requires: ['c', 'c', { name: 'c', variant: null }] },
  'c/buildinfo.json': '',
  'd/buildinfo.json': '',
};

function keysOf(files: TreeFiles, tree?: string): readonly string[] | undefined {
  return planMemory(files).plan.trees.find(({ variant }) => variant === tree)?.buildOrder;
}

describe('members', () => {
  test('all that is not excluded', () => {
    expect(keysOf({ ...CHAIN, 'treeinfo.json': { exclude: ['d', 'nowhere'] } })).toEqual([
      'c|null',
      'b|null',
      'a|null',
    ]);
  });

  test('the core list and what it requires', () => {
    expect(keysOf({ ...CHAIN, 'treeinfo.json': { core_package_list: ['b'] } })).toEqual(['c|null', 'b|null']);
    expect(keysOf({ ...CHAIN, 'treeinfo.json': { core_package_list: [] } })).toHaveLength(4);
  });

  test('a bootstrap of its own', () => {
    const { trees } = planMemory({ ...CHAIN, 'treeinfo.json': { bootstrap_package_list: ['b'] } }).plan;
    expect(trees[0]?.packages).toHaveLength(4);
    expect(trees[0]?.active.map((id) => id.slice(0, 3))).toEqual(['b--', 'c--']);
    const whole = planMemory({ ...CHAIN, 'treeinfo.json': { core_package_list: ['b'] } }).plan.trees[0];
    expect(trees[0]?.bootstrap).toBe(whole?.bootstrap);
  });

  test('a tree without components has the bootstrap of nothing', () => {
    const { trees } = planMemory({ 'empty/readme': 'x', file: 'x' }).plan;
    expect(trees).toMatchObject([{ packages: [], bootstrap: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' }]);
  });

  test('the variant that the tree names, and names in no tree are ignored', () => {
    const files = {
      'x/v.buildinfo.json': '',
      'x/buildinfo.json': '',
      'treeinfo.json': { variants: { x: 'v', absent: 5 } },
    };
    expect(keysOf(files)).toEqual(['x|v']);
  });

  test('names that JavaScript treats specially are names', () => {
    const files = { '__proto__/buildinfo.json': '', 'constructor/buildinfo.json': { requires: ['__proto__'] } };
    expect(keysOf(files)).toEqual(['__proto__|null', 'constructor|null']);
  });
});

describe('build order', () => {
  test('one component keeps the place that an earlier tree gave it; the default tree comes first', () => {
    const files = {
      ...CHAIN,
      'b.treeinfo.json': { core_package_list: ['b'] },
      'A.treeinfo.json': { core_package_list: ['d'] },
    };
    const { plan } = planMemory(files);
    expect(plan.trees.map(({ variant }) => variant)).toEqual([undefined, 'A', 'b']);
    expect(plan.buildOrder).toEqual(['c|null', 'b|null', 'a|null', 'd|null']);
    expect([...plan.components.keys()]).toEqual(plan.buildOrder);
  });

  test('named variants stand before the default one of the same name', () => {
    const files = {
      'x/buildinfo.json': '',
      'x/b.buildinfo.json': '',
      'x/a.buildinfo.json': '',
      'a.treeinfo.json': { variants: { x: 'a' } },
      'b.treeinfo.json': { variants: { x: 'b' } },
    };
    expect(planMemory(files).plan.buildOrder).toEqual(['x|null', 'x|a', 'x|b']);
  });
});

describe('mistakes', () => {
  test.each<[string, TreeFiles, readonly string[]]>([
    [
      'a circle',
      { 'a/buildinfo.json': { requires: ['b'] }, 'b/buildinfo.json': { requires: ['a'] } },
      ['Circular requirement: a → b → a.'],
    ],
    ['itself', { 'a/buildinfo.json': { requires: ['a'] } }, ['Circular requirement: a → a.']],
    [
      'a near name',
      { 'abc/buildinfo.json': { requires: ['abd'] } },
      ['packages/abc/buildinfo.json requires "abd", which is no component of this tree.'],
    ],
    [
      'a variant that is not there',
      { 'a/v.buildinfo.json': '', 'treeinfo.json': { variants: { a: 'w' } } },
      ['packages/treeinfo.json names variant "w" of "a", which it does not have.'],
    ],
    [
      'no default variant',
      { 'a/v.buildinfo.json': '' },
      ['The tree of packages/treeinfo.json takes the default variant of "a", which it does not have.'],
    ],
    [
      'an excluded requirement',
      { ...CHAIN, 'treeinfo.json': { exclude: ['c'] } },
      ['packages/b/buildinfo.json requires "c", which packages/treeinfo.json excludes.'],
    ],
    [
      'a bootstrap beyond the tree',
      { ...CHAIN, 'treeinfo.json': { core_package_list: ['c'], bootstrap_package_list: ['d'] } },
      ['packages/treeinfo.json: the bootstrap needs the default variant of "d", which is not in the tree.'],
    ],
    [
      'lists of the wrong type',
      { 'treeinfo.json': { exclude: null, core_package_list: [5, '-'], variants: [] } },
      [
        'packages/treeinfo.json has null as "exclude", which must be a list.',
        'packages/treeinfo.json has 5 in "core_package_list".',
        'packages/treeinfo.json has "-" in "core_package_list", which cannot be a component.',
        'packages/treeinfo.json has a list as "variants".',
      ],
    ],
    [
      'both listed and excluded',
      { ...CHAIN, 'treeinfo.json': { exclude: ['a'], core_package_list: ['a'] } },
      ['packages/treeinfo.json names "a" both in "exclude" and in "core_package_list".'],
    ],
    [
      'an unknown key beside all known ones',
      { 'treeinfo.json': { exclude: [], core_package_list: [], bootstrap_package_list: [], variants: {}, x: 1 } },
      ['packages/treeinfo.json has the unknown key "x".'],
    ],
    [
      'a variant of the wrong type',
      { 'a/buildinfo.json': '', 'treeinfo.json': { variants: { a: 5 } } },
      ['packages/treeinfo.json has 5 as the variant of "a".'],
    ],
    [
      'an unlisted docker id and a link to nowhere',
      { 'a/buildinfo.json': { requires: ['b'], colour: 1 }, 'a/extra/x': { link: 'y' } },
      [
        'packages/a/buildinfo.json requires "b", which is no component of this tree.',
        'packages/a/extra/x is a link that leads nowhere.',
        'packages/a/buildinfo.json has the unknown key "colour".',
      ],
    ],
  ])('%s', (_, files, messages) => {
    expect(messagesOf(files)).toEqual(messages);
  });

  test('a broken tree stands beside one that works', () => {
    const files = { ...CHAIN, 'w.treeinfo.json': { variants: { a: 'windows' } } };
    const { plan, failed, errors } = planMemory(files);
    expect(plan.trees.map(({ variant }) => variant)).toEqual([undefined]);
    expect(failed.map(({ variant }) => variant)).toEqual(['w']);
    expect(planJson(plan, { root: '/t', failed, errors })).toMatchObject({
      error: { code: 'COMPONENT_UNKNOWN' },
      trees: { null: { packages: plan.trees[0]?.packages }, w: { error: { code: 'COMPONENT_UNKNOWN' } } },
    });
  });

  test('a component that fails is not named again by what requires it', () => {
    expect(messagesOf({ ...CHAIN, 'c/buildinfo.json': { x: 1 } })).toEqual([
      'packages/c/buildinfo.json has the unknown key "x".',
    ]);
  });

  test('the whole store is refused for a file that is not JSON, all such files at once', () => {
    const errors = errorsIn(
      () => planMemory({ 'b/buildinfo.json': '[]', 'a/buildinfo.json': '{', 'a/v.buildinfo.json/x': '' }).errors,
    );
    expect(errors.map(({ place }) => place?.file)).toEqual([
      'packages/a/buildinfo.json',
      'packages/a/v.buildinfo.json',
      'packages/b/buildinfo.json',
    ]);
  });

  test('a builder without an id', () => {
    const unknown = new UserError('BUILDER_UNKNOWN', 'the id of "x" is not known.', { hint: 'Give it.' });
    const { errors } = planMemory({ 'a/buildinfo.json': { docker: 'x' } }, { builders: new Map([['x', unknown]]) });
    expect(errors).toMatchObject([
      {
        code: 'BUILDER_UNKNOWN',
        message: 'Component "a": the id of "x" is not known.',
        hint: 'Give it.',
        place: { line: 2 },
      },
    ]);
  });
});

test('a builder without an id is told once for all components that are built with it', () => {
  const unknown = new UserError('BUILDER_UNKNOWN', 'the id of "x" is not known.', { hint: 'Give it.' });
  const other = new UserError('BUILDER_UNKNOWN', 'the id of "y" is not known.', { hint: 'Give it.' });
  const files = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((name) => [`${name}/buildinfo.json`, { docker: name === 'c' ? 'y' : 'x' }]),
  );
  const { errors } = planMemory(files, {
    builders: new Map([
      ['x', unknown],
      ['y', other],
    ]),
  });
  expect(errors.map(({ message, place }) => [message, place?.file])).toEqual([
    ['Component "a": the id of "x" is not known. 2 more components run into the same.', 'packages/a/buildinfo.json'],
    ['Component "c": the id of "y" is not known.', 'packages/c/buildinfo.json'],
  ]);
});

describe('components that no tree reaches', () => {
  test('each is resolved alone, with its own mistake', () => {
    const files = {
      'treeinfo.json': { exclude: ['a', 'b', 'c', 'd', 'e'] },
      'a/buildinfo.json': { requires: ['b'] },
      'b/buildinfo.json': '',
      'b/v.buildinfo.json': '',
      'c/buildinfo.json': { requires: ['a', { name: 'b', variant: 'v' }] },
      'd/buildinfo.json': { x: 1 },
      'e/buildinfo.json': { requires: ['d', 'f'] },
    };
    const { store, plan, view } = planMemory(files);
    const others = findOthers(store, plan);
    const builders = new Map(neededFacts(others).builders.map((name) => [name, { kind: 'image', id: 'x' } as const]));
    const resolved = planOthers(store, others, { builders, commits: new Map() }, view);
    expect(
      resolved.map((other) => [other.key, 'errors' in other ? other.errors.map(({ message }) => message) : 'id']),
    ).toEqual([
      ['a|null', 'id'],
      ['b|null', 'id'],
      ['b|v', 'id'],
      [
        'c|null',
        [
          'packages/c/buildinfo.json requires both the default variant and variant "v" of "b", directly or through others.',
        ],
      ],
      ['d|null', ['packages/d/buildinfo.json has the unknown key "x".']],
      [
        'e|null',
        [
          'packages/d/buildinfo.json has the unknown key "x".',
          'packages/e/buildinfo.json requires "f", which is no component of this tree.',
        ],
      ],
    ]);
  });
});

describe('extra and docker folders', () => {
  const hashOf = (files: TreeFiles): unknown =>
    planMemory({ 'a/buildinfo.json': '', ...files }).plan.components.get('a|null')?.buildIds['extra_source'];
  const EMPTY = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

  test('none, an empty one, and a file of that name', () => {
    expect(hashOf({})).toBeUndefined();
    expect(hashOf({ 'a/extra': { link: 'nowhere' } })).toBeUndefined();
    expect(hashOf({ 'a/extra/': '' })).toBe(EMPTY);
    expect(hashOf({ 'a/extra': 'text' })).toBe(EMPTY);
  });

  test('links: to a file as the file, to a folder not at all; extra itself may be one', () => {
    const file = hashOf({ 'a/extra/f': 'x' });
    expect(hashOf({ 'a/extra/f': { link: '../other' }, 'a/other': 'x' })).toBe(file);
    expect(hashOf({ 'a/extra/f': 'x', 'a/extra/g': { link: '../folder' }, 'a/folder/h': 'x' })).toBe(file);
    expect(hashOf({ 'a/extra': { link: 'folder' }, 'a/folder/f': 'x' })).toBe(file);
    expect(hashOf({ 'a/extra/g/h': { link: '../../folder' }, 'a/folder/i': 'x' })).toBe(EMPTY);
    expect(hashOf({ 'a/extra/g/': '' })).not.toBe(EMPTY);
  });

  test('a folder with only docker/ is a builder', () => {
    const { store, view } = planMemory({ 'b/docker/Dockerfile': 'FROM x' });
    expect([...imageTags(store, view)]).toEqual([
      ['b', expect.stringMatching(/^dcos\/dcos-builder:b_dockerdir-[0-9a-f]{40}$/)],
    ]);
    expect(store.names).toEqual([]);
  });
});
