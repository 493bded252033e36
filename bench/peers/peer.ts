/** Another tool that builds the same graph. A file per tool beside this one, and a line in index.ts. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import type { Component, Graph } from '../graph.ts';
import type { Contestant } from '../measure.ts';

export interface WriteOptions {
  /** Builds at once. */
  readonly jobs: number;
  /** Changes what every component is built from. */
  readonly salt?: string;
}

export interface Project {
  /** Builds what is out of date; run again it finds that nothing is. */
  readonly build: Contestant;
  /** Other ways to run the same tool on what `build` has built. */
  readonly others?: readonly Contestant[];
  /** Ends servers that the tool has left running. */
  readonly stop?: () => void;
}

export interface Peer {
  readonly name: string;
  /** Why it cannot be measured here; undefined if it can. */
  missing(): string | undefined;
  /** Writes the graph in the tool's own form below a folder, which may hold an earlier one with another salt. */
  write(graph: Graph, folder: string, options: WriteOptions): Project;
}

/** The peer's name as the name of a folder: Nix, for one, takes no path with a space. */
export function folderName({ name }: Peer): string {
  return name.replaceAll(/\W+/g, '-');
}

/** What a component is made from: one small file each. */
export function inputOf(component: Component, { salt = '' }: WriteOptions): string {
  return `${component.name} ${salt}\n`;
}

/** The build of a component as a line of shell: waits, and copies its input. */
export function shellLine(component: Component, input: string, output: string): string {
  const sleep = component.seconds > 0 ? `sleep ${component.seconds} && ` : '';
  return `${sleep}cp ${input} ${output}`;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** Commits everything, for the tools that ask git what has changed. */
export function commitAll(folder: string): void {
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', '-c', 'gc.auto=0'];
  const steps = [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    ['commit', '--quiet', '--message=bench'],
  ];
  for (const step of steps) {
    const { status, stderr } = spawnSync('git', [...identity, ...step], { cwd: folder, encoding: 'utf8' });
    if (status !== 0 && step[0] !== 'commit') throw new Error(`git ${step[0]} failed in ${folder}: ${stderr}`);
  }
}

/** The reason of {@link Peer.missing} for a program that Debian has. */
export function missingProgram(path: string, debianPackage: string): string | undefined {
  return existsSync(path) ? undefined : `Debian's ${debianPackage} is not installed`;
}
