/** What holds of every recipe of this repository, whether it can be built here or not. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parseComponent } from '../../src/recipe/component.ts';
import { parseUnit, unitMistakes } from './unit-file.ts';

const RECIPES = globSync('packages/*/*buildinfo.json').toSorted();
const COMPONENTS = [...new Set(RECIPES.map(dirname))];
const UNITS = globSync('packages/*/extra/**/*.{service,socket,timer,target,path,mount}').toSorted();
const BASH = [...RECIPES.map(scriptOf), ...globSync('packages/*/extra/**').filter(isBash)];

test('there are recipes and units to look at', () => {
  expect(COMPONENTS.length).toBeGreaterThan(30);
  expect(UNITS.length).toBeGreaterThan(10);
});

test.each(RECIPES)('%s has a script that can be executed', (recipe) => {
  const script = scriptOf(recipe);
  expect(existsSync(script)).toBe(true);
  expect(statSync(script).mode & 0o111).toBe(0o111);
  expect(readFileSync(script, 'utf8')).toMatch(/^#!\/\S+/);
});

test('every bash script is bash: bash -n takes it', () => {
  const broken = [...new Set(BASH)].filter((script) => {
    try {
      execFileSync('bash', ['-n', script], { stdio: 'pipe' });
      return false;
    } catch {
      return true;
    }
  });
  expect(broken).toEqual([]);
});

test('every bash script of a build ends at the first command that fails', () => {
  const careless = RECIPES.map(scriptOf).filter((script) => {
    const text = readFileSync(script, 'utf8');
    return text.startsWith('#!/bin/bash') && !text.includes('\nset -euo pipefail\n');
  });
  expect(careless).toEqual([]);
});

test.each(COMPONENTS)('%s is described by a component.json', (folder) => {
  const file = join(folder, 'component.json');
  expect(parseComponent(file, readFileSync(file, 'utf8')).version).not.toBe('');
});

test.each(UNITS)('%s is a unit whose programs lie in DC/OS or on every node', (file) => {
  const unit = parseUnit(readFileSync(file, 'utf8'));
  expect(unitMistakes(basename(file), unit)).toEqual([]);
});

test.each(COMPONENTS.filter((folder) => UNITS.some((unit) => unit.startsWith(`${folder}/`))))(
  '%s: its build installs its units',
  (folder) => {
    const build = readFileSync(join(folder, 'build'), 'utf8');
    const installed = [...build.matchAll(/dcos\.target\.wants\w*/g)].length > 0;
    expect(installed).toBe(true);
  },
);

test('the tree holds every component, and oss every one whose sources were published', () => {
  const published = COMPONENTS.filter((folder) => {
    const file = join(folder, 'component.json');
    return parseComponent(file, readFileSync(file, 'utf8')).availability !== 'private';
  });
  expect(listOf('treeinfo.json')).toEqual(COMPONENTS.map((folder) => basename(folder)).toSorted());
  expect(listOf('oss.treeinfo.json')).toEqual(published.map((folder) => basename(folder)).toSorted());
});

function listOf(treeinfo: string): string[] {
  return JSON.parse(readFileSync(treeinfo, 'utf8')).core_package_list;
}

/** As pkgpanda finds it: `build_script`, or `build` with the prefix of the variant. */
function scriptOf(recipe: string): string {
  const named: unknown = JSON.parse(readFileSync(recipe, 'utf8') || '{}').build_script;
  const usual = basename(recipe).replace(/buildinfo\.json$/, 'build');
  return join(dirname(recipe), typeof named === 'string' ? named : usual);
}

function isBash(path: string): boolean {
  return lstatSync(path).isFile() && /^#!\S*(?:\/|env )(?:ba)?sh\b/.test(readFileSync(path, 'latin1'));
}
