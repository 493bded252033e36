/** Ids, lists and orders must equal those of DC/OS's own tools. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError, UserErrors } from '../../src/model/errors.ts';
import { Vector } from './vector.ts';

const MADE = join(import.meta.dirname, '../fixtures/vectors');
const REAL = resolve(import.meta.dirname, '../../../shared/vectors');

/** What we print, less what the recorded plan does not have. */
async function planOf(source: string): Promise<{ readonly plan: unknown; readonly expected: unknown }> {
  using vector = new Vector(source);
  const { components, ...plan } = await vector.planJson();
  expect(Object.keys(components)).toEqual(Object.keys(plan.packages));
  return { plan, expected: vector.expected() };
}

describe('made vectors', () => {
  test.each(globSync('edge-*', { cwd: MADE }))('%s gives the recorded plan', async (name) => {
    const { plan, expected } = await planOf(join(MADE, name));
    expect(plan).toEqual(expected);
  });

  test('release-four-trees gives the recorded lists', async () => {
    using vector = new Vector(join(MADE, 'release-four-trees'));
    const { create } = JSON.parse(readFileSync(join(MADE, 'release-four-trees/expected.release.json'), 'utf8'));
    const { trees } = await vector.planJson();
    const completes = Object.fromEntries(
      Object.entries<any>(trees).map(([name, { bootstrap, packages }]) => [name, { bootstrap, packages }]),
    );
    expect(completes).toEqual(create.metadata.all_completes);
  });
});

describe('broken trees are refused for the same cause', () => {
  test('err-cycle', async () => {
    const [error] = await errorsOf('err-cycle');
    expect(error).toMatchObject({ code: 'REQUIREMENT_CYCLE', message: 'Circular requirement: a → b → c → a.' });
    expect(error?.place).toMatchObject({ file: 'packages/c/buildinfo.json', line: 3, key: 'requires.0' });
  });

  test('err-unknown-key', async () => {
    const errors = await errorsOf('err-unknown-key');
    expect(errors.map(({ message }) => message)).toEqual(['packages/a/buildinfo.json has the unknown key "colour".']);
    expect(errors[0]?.place).toMatchObject({ line: 2, column: 2, key: 'colour' });
  });

  test('err-variant-mismatch', async () => {
    const [error] = await errorsOf('err-variant-mismatch');
    expect(error?.code).toBe('TREE_INVALID');
    expect(error?.message).toBe(
      'packages/a/buildinfo.json requires the default variant of "b", but packages/treeinfo.json takes variant "v".',
    );
  });
});

/** They hold published data, and so stay outside of this repository. */
const published = existsSync(REAL) ? globSync('real-*', { cwd: REAL }) : [];

const WHICH = published.length > 0 ? 'are compared' : 'are NOT compared: there is no ../shared/vectors';

test(`the published trees of DC/OS ${WHICH}`, () => {
  expect(published.length > 0).toBe(existsSync(REAL));
});

for (const name of published) {
  test(`${name} gives the recorded plan`, async () => {
    const { plan, expected } = await planOf(join(REAL, name));
    expect(plan).toEqual(expected);
  });
}

async function errorsOf(name: string): Promise<readonly UserError[]> {
  using vector = new Vector(join(MADE, name));
  try {
    await vector.load();
  } catch (error) {
    if (error instanceof UserErrors) return error.errors;
    if (error instanceof UserError) return [error];
    throw error;
  }
  throw new Error('the tree was accepted');
}
