/**
 * The components in Go, built for real: the recipes as they are, on the real root with Debian's Go, with repositories in
 * place of upstream's that have the same layout: import paths, vendored packages, variables that the linker sets.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, StandInTree } from './stand-in-tree.ts';

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

const REPOSITORIES: Readonly<Record<string, Files>> = {
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

/** @throws Error naming the first component that does not build or run */
export async function buildGoStandIns(repository: string, onPassed: (line: string) => void): Promise<void> {
  using tree = new StandInTree(repository);
  const commits = new Map(Object.keys(REPOSITORIES).map((name) => [name, addComponent(tree, name)]));
  await tree.build([...commits.keys()]);
  for (const [name, commit] of commits) onPassed(`${name} ${checkPackage(tree.unpack(name), name, commit)}`);
}

function addComponent(tree: StandInTree, name: string): string {
  const source = tree.repository(name, { 'vendor/example.org/dep/dep.go': DEPENDENCY, ...REPOSITORIES[name] });
  tree.recipe(name, { [name]: source });
  return source.ref;
}

function checkPackage(folder: string, name: string, commit: string): string {
  const missing = (UNITS[name] ?? []).filter((unit) => !existsSync(join(folder, unit)));
  if (missing.length > 0) throw new Error(`${name} lacks ${missing.join(', ')}`);
  const output = execFileSync(join(folder, 'bin', name), { encoding: 'utf8' }).trim();
  if (output !== `vendored ${commit.slice(0, 7)} 1`) throw new Error(`${name} printed "${output}"`);
  return output;
}
