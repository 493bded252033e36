/**
 * The components in Go, built for real: the recipes as they are, on the real root with Debian's Go, with repositories in
 * place of upstream's that have the same layout: import paths, vendored packages, variables that the linker sets.
 */
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitRepository } from '../rig/git-repository.ts';
import { copyRecipe } from '../rig/recipe-copy.ts';
import { Rig } from '../rig/rig.ts';

/** Prints what was vendored and what the linker set, in another package or, without an import, in this one. */
const program = (imported: string, variable: string): string => `package main
import (
	"fmt"
	"os"
	"example.org/dep"
	${imported}
)
${imported === '' ? `var ${variable} = "UNSET"` : ''}
func main() { fmt.Println(dep.Name, ${variable}, len(os.Args)) }
`;
const DEPENDENCY = 'package dep\n\nconst Name = "vendored"\n';

const REPOSITORIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '3dt': {
    '3dt.go': program('"github.com/dcos/3dt/api"', 'api.Revision'),
    'api/api.go': 'package api\n\nvar Revision = "UNSET"\n',
    'endpoints_config.json': '{}',
  },
  'dcos-oauth': {
    'dcos-oauth/main.go': program('"github.com/dcos/dcos-oauth/version"', 'version.REVISION'),
    'version/version.go': 'package version\n\nvar REVISION = "UNSET"\n',
  },
  'dcos-signal': {
    'dcos_signal.go': program('"github.com/dcos/dcos-signal/signal"', 'signal.REVISION'),
    'signal/signal.go': 'package signal\n\nvar REVISION = "UNSET"\n',
    'go.mod': 'module github.com/dcos/dcos-signal\n\ngo 1.12\n\nrequire example.org/dep v1.0.0\n',
    'vendor/modules.txt': '# example.org/dep v1.0.0\nexample.org/dep\n',
  },
  'mesos-dns': { 'main.go': program('', 'Version') },
};

/** The services of each, as the packages must bring them. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  '3dt': ['master', 'slave', 'slave_public'].map((role) => `dcos.target.wants_${role}/dcos-3dt.service`),
  'dcos-oauth': ['dcos.target.wants_master/dcos-oauth.service'],
  'dcos-signal': ['service', 'timer'].map((kind) => `dcos.target.wants_master/dcos-signal.${kind}`),
  'mesos-dns': ['dcos.target.wants_master/dcos-mesos-dns.service'],
};

/**
 * @param repository the root of this repository, whose builders are used, with what is cached of them in its out/
 * @throws Error naming the first component that does not build or run
 */
export async function buildGoStandIns(repository: string, onPassed: (line: string) => void): Promise<void> {
  using rig = new Rig();
  symlinkSync(join(repository, 'builders'), rig.path('builders'));
  mkdirSync(rig.path('out/cache'), { recursive: true });
  for (const cache of ['builders', 'sources', 'apt']) {
    mkdirSync(join(repository, 'out/cache', cache), { recursive: true });
    symlinkSync(join(repository, 'out/cache', cache), rig.path('out/cache', cache));
  }
  const commits = new Map(Object.keys(REPOSITORIES).map((name) => [name, addComponent(rig, name)]));
  writeFileSync(rig.path('treeinfo.json'), JSON.stringify({ core_package_list: [...commits.keys()] }));
  // Each twice: the same program has to come out.
  const { status, stdout, stderr } = await rig.run('build', '--check');
  if (status !== 0) throw new Error(`the components in Go do not build:\n${stdout}${stderr}`);
  for (const [name, commit] of commits) onPassed(`${name} ${checkPackage(rig, name, commit)}`);
}

function addComponent(rig: Rig, name: string): string {
  const upstream = new GitRepository(rig.path('upstream', name));
  const files = { 'vendor/example.org/dep/dep.go': DEPENDENCY, ...REPOSITORIES[name] };
  for (const [path, content] of Object.entries(files)) upstream.write(path, content);
  const ref = upstream.commit();
  const source = { kind: 'git', git: `file://${upstream.folder}`, ref, ref_origin: 'main' };
  copyRecipe(rig.folder, name, { sources: { [name]: source } });
  return ref;
}

function checkPackage(rig: Rig, name: string, commit: string): string {
  const [archive = ''] = globSync(rig.path('out/repository/packages', name, '*.tar.xz'));
  const folder = rig.path('unpacked', name);
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xJf', archive, '-C', folder]);
  const missing = (UNITS[name] ?? []).filter((unit) => globSync(join(folder, unit)).length === 0);
  if (missing.length > 0) throw new Error(`${name} lacks ${missing.join(', ')}`);
  const output = execFileSync(join(folder, 'bin', name), { encoding: 'utf8' }).trim();
  if (output !== `vendored ${commit.slice(0, 7)} 1`) throw new Error(`${name} printed "${output}"`);
  return output;
}
