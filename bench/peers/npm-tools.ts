/** Where the bench keeps the task runners from npm, and what all of them need to know of a graph. */
import { existsSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Graph } from '../graph.ts';

const MODULES = join(import.meta.dirname, 'node_modules');

/** Absolute path of a file of one of the packages in package.json beside this file. */
export function inModules(path: string): string {
  return join(MODULES, path);
}

export function missingModule(path: string): string | undefined {
  return existsSync(inModules(path)) ? undefined : 'npm ci in bench/peers did not bring it';
}

/** The runners look for themselves below the project. */
export function linkModules(folder: string): void {
  if (!existsSync(join(folder, 'node_modules'))) symlinkSync(MODULES, join(folder, 'node_modules'));
}

/** PATH with this Node first: what the runners start must not be an older one. */
export function pathWithNode(...before: readonly string[]): string {
  return [...before, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
}

/** One file of each component, by path. */
export function perComponent(
  graph: Graph,
  name: string,
  content: (component: Graph[number]) => string,
): Record<string, string> {
  return Object.fromEntries(graph.map((component) => [`packages/${component.name}/${name}`, content(component)]));
}
