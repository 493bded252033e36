/** A tree of components in a folder of its own, and the real command line run on it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { addShellBuilder, SHELL_BUILDER } from './shell-root.ts';

export interface CommandEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves at the first line of standard error that holds the text. */
  readonly sees: (text: string) => Promise<void>;
  /** Resolves when standard output has so many lines, or the command has ended. */
  readonly prints: (lines: number) => Promise<void>;
  readonly end: Promise<CommandEnd>;
}

/** What a component is made of; the script is `#!/bin/bash` and these lines. */
export interface ComponentFiles {
  readonly buildinfo?: object;
  readonly script?: string;
  readonly extra?: Readonly<Record<string, string>>;
}

/** As build-program.ts makes it; without vitest, the source. */
export const MAIN = process.env['DCOS_BUILD_TEST_PROGRAM'] ?? resolve(import.meta.dirname, '../../src/cli/main.ts');

export class Rig implements Disposable {
  /** Root of the tree: holds treeinfo.json and packages/. */
  readonly folder: string;
  readonly #children = new Set<ChildProcess>();

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'dcos-build-test-'));
    mkdirSync(join(this.folder, 'packages'));
    this.write('treeinfo.json', '{}');
  }

  /** A tree whose components can really be built: by a shell, in a sandbox. */
  static withBuilder(): Rig {
    const rig = new Rig();
    addShellBuilder(rig.folder);
    return rig;
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  component(name: string, { buildinfo = {}, script = '', extra = {} }: ComponentFiles = {}): void {
    const recipe = { docker: SHELL_BUILDER, ...buildinfo };
    this.write(`packages/${name}/buildinfo.json`, JSON.stringify(recipe, undefined, 2));
    this.write(`packages/${name}/build`, `#!/bin/bash\nset -euo pipefail\n${script}\n`);
    chmodSync(this.path(`packages/${name}/build`), 0o755);
    for (const [path, content] of Object.entries(extra)) this.write(`packages/${name}/extra/${path}`, content);
  }

  /** Runs `dcos-build` in the tree's folder to its end. */
  async run(...args: readonly string[]): Promise<CommandEnd> {
    return this.start(args).end;
  }

  /** Starts `dcos-build`; whoever starts it waits for its end. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    return this.#spawn(process.execPath, [MAIN, ...args], env);
  }

  /** Runs a bash script in the tree's folder to its end; `dcos-build` is in its PATH. */
  async shell(script: string): Promise<CommandEnd> {
    return this.startShell(script).end;
  }

  /** Starts such a script; whoever starts it waits for its end. */
  startShell(script: string): Running {
    const PATH = `${this.addProgram()}:${process.env['PATH'] ?? ''}`;
    return this.#spawn('bash', ['-c', script], { PATH });
  }

  /** Puts a program `dcos-build` into a folder for PATH, and returns that folder. */
  addProgram(): string {
    this.write('.bin/dcos-build', `#!/bin/bash\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
    chmodSync(this.path('.bin/dcos-build'), 0o755);
    return this.path('.bin');
  }

  #spawn(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Running {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.folder, LC_ALL: 'C.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.adopt(child);
    let stdout = '';
    let stderr = '';
    const waiting = new Set<() => void>();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      for (const look of waiting) look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      for (const look of waiting) look();
    });
    const end = new Promise<CommandEnd>((done, failed) => {
      child.on('error', failed);
      child.on('close', (status, signal) => done({ status, signal, stdout, stderr }));
    });
    const sees = async (text: string): Promise<void> => {
      const seen = Promise.withResolvers<void>();
      const look = (): void => (stderr.includes(text) ? seen.resolve() : undefined);
      waiting.add(look);
      look();
      void end.then(() => seen.reject(new Error(`"${text}" was never printed:\n${stderr}`)));
      await seen.promise.finally(() => waiting.delete(look));
    };
    const prints = async (lines: number): Promise<void> => {
      const seen = Promise.withResolvers<void>();
      const look = (): void => (stdout.split('\n').length > lines ? seen.resolve() : undefined);
      waiting.add(look);
      look();
      await Promise.race([seen.promise, end]).finally(() => waiting.delete(look));
    };
    return { pid: child.pid ?? 0, kill: (signal) => child.kill(signal), sees, prints, end };
  }

  /** Ends the process with the tree, should the test fail before it has ended by itself. */
  adopt(child: ChildProcess): void {
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
