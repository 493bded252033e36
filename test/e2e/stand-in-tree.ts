/** A tree of recipes of this repository on real builder roots, with repositories and files in place of upstream's. */
import { execFileSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../src/model/digest.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { copyRecipe } from '../rig/recipe-copy.ts';
import { Rig } from '../rig/rig.ts';

/** Content by path; what begins with `#!` can be executed. */
export type Files = Readonly<Record<string, string>>;

export class StandInTree implements Disposable {
  readonly rig = new Rig();

  /** @param repository the root of this repository, whose builders are used, with what is cached of them in its out/ */
  constructor(repository: string) {
    symlinkSync(join(repository, 'builders'), this.rig.path('builders'));
    mkdirSync(this.rig.path('out/cache'), { recursive: true });
    for (const cache of ['builders', 'sources', 'apt']) {
      mkdirSync(join(repository, 'out/cache', cache), { recursive: true });
      symlinkSync(join(repository, 'out/cache', cache), this.rig.path('out/cache', cache));
    }
  }

  /** A repository with one commit of these files, as a source. */
  repository(name: string, files: Files): { readonly kind: 'git'; readonly ref: string } {
    const upstream = new GitRepository(this.rig.path('upstream', name));
    for (const [path, content] of Object.entries(files)) {
      upstream.write(path, content);
      if (content.startsWith('#!')) chmodSync(join(upstream.folder, path), 0o755);
    }
    const source = {
      kind: 'git',
      git: `file://${upstream.folder}`,
      ref: upstream.commit(),
      ref_origin: 'main',
    } as const;
    return source;
  }

  /** An archive of these files below one folder, as a source. */
  archive(name: string, files: Files): object {
    for (const [path, content] of Object.entries(files)) {
      this.rig.write(`files/${name}/${path}`, content);
      if (content.startsWith('#!')) chmodSync(this.rig.path('files', name, path), 0o755);
    }
    const archive = this.rig.path('files', `${name}.tgz`);
    execFileSync('tar', ['-czf', archive, '-C', this.rig.path('files'), name]);
    return { kind: 'url_extract', url: `file://${archive}`, sha256: sha256(readFileSync(archive)) };
  }

  /** A single file, as a source. */
  file(name: string): object {
    this.rig.write(`files/${name}`, `stand-in for ${name}`);
    const path = this.rig.path('files', name);
    return { kind: 'url', url: `file://${path}`, sha256: sha256(readFileSync(path)) };
  }

  recipe(name: string, sources: Readonly<Record<string, object>>): void {
    copyRecipe(this.rig.folder, name, { sources });
  }

  /** As a user adds a source to a recipe. */
  addSource(name: string, source: string, value: object): void {
    const file = this.rig.path('packages', name, 'buildinfo.json');
    const recipe = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...recipe, sources: { ...recipe.sources, [source]: value } }));
  }

  /** Builds the components twice: the same has to come out. */
  async build(names: readonly string[], ...options: readonly string[]): Promise<void> {
    this.rig.write('treeinfo.json', JSON.stringify({ core_package_list: names }));
    const { status, stdout, stderr } = await this.rig.run('build', '--check', ...options, ...names);
    if (status !== 0) throw new Error(`stand-ins do not build:\n${stdout}${stderr}`);
  }

  /** Unpacks what was built; returns the folder. */
  unpack(name: string): string {
    const [archive = ''] = globSync(this.rig.path('out/repository/packages', name, '*.tar.xz'));
    const folder = this.rig.path('unpacked', name);
    mkdirSync(folder, { recursive: true });
    execFileSync('tar', ['-xJf', archive, '-C', folder]);
    return folder;
  }

  [Symbol.dispose](): void {
    this.rig[Symbol.dispose]();
  }
}
