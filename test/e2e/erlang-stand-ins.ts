/**
 * The Erlang services, built for real: the recipes as they are, with Debian's rebar3 and our Erlang, on repositories of the
 * same layout in place of upstream's: a library in git that rebar.lock names, and a release with a start script.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { GitRepository } from '../rig/git-repository.ts';
import { type Files, StandInTree } from './stand-in-tree.ts';

const SERVICES: Readonly<Record<string, string>> = {
  minuteman: 'dcos.target.wants/dcos-minuteman.service',
  spartan: 'dcos.target.wants/dcos-spartan.service',
  networking_api: 'dcos.target.wants_master/dcos-networking_api.service',
};
/** What they require, and what that requires: all of it built by then. */
const REQUIRED = ['dnspython', 'erlang', 'ncurses', 'openssl', 'python'];

const LIBRARY: Files = {
  'src/greeting.app.src':
    '{application, greeting, [{vsn, "1.0.0"}, {registered, []}, {applications, [kernel, stdlib]}, {modules, []}]}.\n',
  'src/greeting.erl': '-module(greeting).\n-export([text/0]).\ntext() -> "hello from the library".\n',
};
const LIBRARY_URL = 'https://example.org/greeting.git';

/** Starts, says what the library says, and ends. */
function service(name: string, library: string): Files {
  const release = `{release, {${name}, "0.0.1"}, [${name}, runtime_tools, debugger, observer, {mnesia, load}]}`;
  return {
    'rebar.config': `{deps, [{greeting, ".*", {git, "${LIBRARY_URL}", "master"}}]}.
{profiles, [{prod, [{relx, [{dev_mode, false}, {include_erts, true}]}]}]}.
{relx, [{dev_mode, true}, ${release}, {extended_start_script, true}, {overlay, [{copy, "bin/${name}-env", "bin"}]}]}.
`.replace(', "bin"}', name === 'minuteman' ? ', "bin"}' : `, "bin/${name}-env"}`),
    'rebar.lock': `[{<<"greeting">>,\n  {git,"${LIBRARY_URL}",\n       {ref,"${library}"}},\n  0}].\n`,
    [`bin/${name}-env`]: `#!/bin/bash\nexec "$(dirname "$0")/${name}" "$@"\n`,
    [`src/${name}.app.src`]: `{application, ${name}, [{vsn, "0.0.1"}, {registered, []}, {mod, {${name}_app, []}},
  {applications, [kernel, stdlib, greeting]}, {modules, []}]}.\n`,
    [`src/${name}_app.erl`]: `-module(${name}_app).
-behaviour(application).
-export([start/2, stop/1]).
start(_, _) -> io:format("~s~n", [greeting:text()]), init:stop(), {ok, spawn(fun() -> receive stop -> ok end end)}.
stop(_) -> ok.
`,
  };
}

/** @throws Error naming the first component that does not build or start */
export async function buildErlangStandIns(repository: string, onPassed: (line: string) => void): Promise<void> {
  using tree = new StandInTree(repository);
  for (const name of REQUIRED) symlinkSync(join(repository, 'packages', name), tree.rig.path('packages', name));
  for (const name of Object.keys(SERVICES)) addService(tree, name, repository);
  await tree.build(Object.keys(SERVICES), '--repository', join(repository, 'out/repository'));
  for (const [name, unit] of Object.entries(SERVICES)) onPassed(`${name} ${checkPackage(tree, name, unit)}`);
}

function addService(tree: StandInTree, name: string, repository: string): void {
  const library = new GitRepository(tree.rig.path(`files/${name}-offline/_build/default/lib/greeting`));
  for (const [path, content] of Object.entries(LIBRARY)) library.write(path, content);
  const commit = library.commit();
  tree.recipe(name, {
    [name]: tree.repository(name, service(name, commit)),
    // The real one, as the recipe pins it.
    rebar3: JSON.parse(readFileSync(join(repository, 'packages', name, 'buildinfo.json'), 'utf8')).sources.rebar3,
  });
  tree.addSource(name, 'offline', tree.archive(`${name}-offline`, { 'cache/x': '' }));
}

function checkPackage(tree: StandInTree, name: string, unit: string): string {
  const folder = tree.unpack(name);
  if (!existsSync(join(folder, unit))) throw new Error(`${name} lacks ${unit}`);
  const libraries = globSync(tree.rig.path('out/cache/unpacked/{ncurses,openssl}--*/lib'));
  const output = execFileSync(join(folder, name, 'bin', `${name}-env`), ['foreground'], {
    encoding: 'utf8',
    // On a node our libraries are where the runtime looks for them by itself.
    env: { PATH: '/usr/bin:/bin', HOME: folder, LD_LIBRARY_PATH: libraries.join(':') },
    timeout: 60_000,
  });
  if (!output.includes('hello from the library')) throw new Error(`${name} printed "${output}"`);
  return 'hello from the library';
}
