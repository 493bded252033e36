/** Package trees with the ids that DC/OS's own tools gave them (test/fixtures/vectors/README.md). */
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findTree } from '../../src/tree/find-tree.ts';
import { loadTree, type LoadedTree, type LoadOptions } from '../../src/tree/load-plan.ts';
import { RecordingFileView } from '../../src/host/file-view.ts';
import { sha256 } from '../../src/model/digest.ts';
import { DEFAULT_BUILDER } from '../../src/recipe/buildinfo.ts';
import { printJson } from '../../src/recipe/json-print.ts';
import { planJson } from '../../src/resolve/plan-json.ts';

interface VectorNotes {
  readonly empty_dirs?: readonly string[];
  readonly symlinks?: Readonly<Record<string, string>>;
}

/** A vector's tree in a folder of its own, complete: git keeps no empty folders. */
export class Vector implements Disposable {
  readonly #source: string;
  readonly #folder: string;

  constructor(source: string) {
    this.#source = source;
    this.#folder = mkdtempSync(join(tmpdir(), 'dcos-build-vector-'));
    cpSync(join(source, 'tree'), this.tree, { recursive: true, verbatimSymlinks: true });
    const notes: VectorNotes = this.#read('vector.json');
    for (const path of notes.empty_dirs ?? []) mkdirSync(join(this.tree, path), { recursive: true });
    for (const [path, target] of Object.entries(notes.symlinks ?? {})) {
      if (existsSync(join(this.tree, path))) continue;
      mkdirSync(dirname(join(this.tree, path)), { recursive: true });
      symlinkSync(target, join(this.tree, path));
    }
    writeFileSync(
      this.#idsFile,
      JSON.stringify(Object.fromEntries(this.#images().map((name) => [name, standIn(name)]))),
    );
  }

  get tree(): string {
    return join(this.#folder, 'tree');
  }

  expected(): any {
    return this.#read('expected.json');
  }

  async load(options: LoadOptions = { variants: 'all', others: true }): Promise<LoadedTree> {
    const view = new RecordingFileView();
    return loadTree(findTree(view, this.tree, { exact: true }), { builderIds: this.#idsFile, ...options }, view);
  }

  /** What `plan --json --all-trees` prints, parsed again. */
  async planJson(): Promise<any> {
    const loaded = await this.load();
    const json = planJson(loaded.plan, { root: this.tree, ...loaded, imageTags: loaded.imageTags() });
    return JSON.parse(printJson(json));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #idsFile(): string {
    return join(this.#folder, 'builder-ids.json');
  }

  #read(name: string): any {
    return JSON.parse(readFileSync(join(this.#source, name), 'utf8'));
  }

  #images(): string[] {
    const named = globSync('packages/*/*buildinfo.json', { cwd: this.tree }).flatMap((path) => {
      const text = readFileSync(join(this.tree, path), 'utf8').trim();
      const docker: unknown = text === '' ? undefined : JSON.parse(text).docker;
      return typeof docker === 'string' ? [docker] : [];
    });
    return [DEFAULT_BUILDER, ...named];
  }
}

/** The id that the recorded runs got from their stand-in for docker. */
function standIn(image: string): string {
  return `sha256:${sha256(image)}`;
}
