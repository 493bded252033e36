/** Plans a tree that is only described: components by name, each with its files. */
import type { UserError } from '../../src/model/errors.ts';
import { UserError as Failure, UserErrors } from '../../src/model/errors.ts';
import { variantPrefix } from '../../src/recipe/names.ts';
import { findVariants } from '../../src/recipe/variant-files.ts';
import { readTreeinfo } from '../../src/recipe/treeinfo.ts';
import { ComponentStore, readJsonFile } from '../../src/resolve/component-store.ts';
import type { Facts } from '../../src/resolve/facts.ts';
import { neededFacts } from '../../src/resolve/facts.ts';
import { planTrees, surveyTrees, type PlanResult, type Survey } from '../../src/resolve/plan-trees.ts';
import { MemoryFiles, type MemoryTree } from './memory-files.ts';

/** Files by path below `packages/`; JSON may be given as a value. A component without a build script gets one. */
export type TreeFiles = Readonly<Record<string, string | object>>;

export interface MemoryPlan extends PlanResult {
  readonly store: ComponentStore;
  readonly survey: Survey;
  readonly view: MemoryFiles;
}

/** @throws UserError, UserErrors */
export function planMemory(files: TreeFiles, facts: Partial<Facts> = {}): MemoryPlan {
  const view = new MemoryFiles(completed(files));
  const store = ComponentStore.read(view, [{ path: '/t/packages', shown: 'packages' }]);
  const { variants } = findVariants(view.names('/t/packages') ?? [], 'treeinfo.json');
  const treeinfos = variants.map((variant) => {
    const name = `${variantPrefix(variant)}treeinfo.json`;
    const file = { path: `/t/packages/${name}`, shown: `packages/${name}` };
    return readTreeinfo(readJsonFile(view, file, 'TREE_INVALID'), variant);
  });
  const survey = surveyTrees(store, treeinfos);
  const builders = neededFacts(survey.reached).builders.map(
    (name) => [name, { kind: 'image', id: 'sha256:1' }] as const,
  );
  const all = { builders: new Map(builders), commits: new Map<string, string>(), ...facts };
  return { ...planTrees(survey, all, view), store, survey, view };
}

/** The messages of everything that is wrong with a tree, in order. */
export function messagesOf(files: TreeFiles): readonly string[] {
  return errorsIn(() => planMemory(files).errors).map(({ message }) => message);
}

/** Errors that are returned or thrown. */
export function errorsIn(work: () => readonly UserError[]): readonly UserError[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserErrors) return error.errors;
    if (error instanceof Failure) return [error];
    throw error;
  }
}

function completed(files: TreeFiles): MemoryTree {
  const texts = Object.entries({ 'treeinfo.json': '', ...files }).flatMap(([path, content]) => {
    const isLink = typeof content === 'object' && 'link' in content;
    const text = typeof content === 'string' || isLink ? content : JSON.stringify(content, undefined, 1);
    const [, folder, variant] = /^(.*\/)(.*\.)?buildinfo\.json$/.exec(path) ?? [];
    const script = folder === undefined ? [] : [[`/t/packages/${folder}${variant ?? ''}build`, '#!/bin/sh\n']];
    return [...script, [`/t/packages/${path}`, text]];
  });
  return Object.fromEntries(texts);
}
