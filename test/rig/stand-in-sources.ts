/** Small sources in place of those that a recipe of this repository would fetch, and what was made of them. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../src/model/digest.ts';
import { GitRepository } from './git-repository.ts';
import type { Rig } from './rig.ts';

/** A repository with one commit, and the source that pins it. */
export function pinned(
  rig: Rig,
  name: string,
  files: Readonly<Record<string, string>> = { 'README.md': `stand-in for ${name}` },
): object {
  const repository = new GitRepository(rig.path('upstream', name));
  for (const [path, content] of Object.entries(files)) repository.write(path, content);
  const ref = repository.commit();
  return { kind: 'git', git: `file://${repository.folder}`, ref, ref_origin: 'main' };
}

/** One file of that name. */
export function fileSource(rig: Rig, name: string): object {
  rig.write(`files/${name}`, `stand-in for ${name}`);
  return urlOf(rig, 'url', name);
}

/** An archive with that folder on top. */
export function tarball(rig: Rig, folder: string, paths: readonly string[]): object {
  for (const path of paths) rig.write(`files/${folder}/${path}`, `stand-in for ${path}`);
  execFileSync('tar', ['-czf', rig.path('files', `${folder}.tgz`), '-C', rig.path('files'), folder]);
  return urlOf(rig, 'url_extract', `${folder}.tgz`);
}

/** Files of the package that was built, sorted, but for the two that every package has, and its licences. */
export function filesOfPackage(rig: Rig, name: string): string[] {
  const [archive = ''] = globSync(join(rig.path('out/repository/packages', name), '*.tar.xz'));
  const listed = execFileSync('tar', ['-tJf', archive], { encoding: 'utf8' }).split('\n');
  const files = listed.filter((path) => path !== '' && !path.endsWith('/')).map((path) => path.replace(/^\.\//, ''));
  return files.filter((path) => !/^(?:buildinfo\.full|pkginfo)\.json$|^share\/licenses\//.test(path)).toSorted();
}

function urlOf(rig: Rig, kind: string, name: string): object {
  const path = rig.path('files', name);
  return { kind, url: `file://${path}`, sha256: sha256(readFileSync(path)) };
}
