/** Recipes of Mesos, its modules, the Erlang services and bouncer, run by the real command line on stand-ins. */
import { expect, test } from 'vitest';
import { copyRecipe } from '../rig/recipe-copy.ts';
import { Rig } from '../rig/rig.ts';
import { SHELL_BUILDER } from '../rig/shell-root.ts';
import { filesOfPackage, pinned, tarball } from '../rig/stand-in-sources.ts';

const ERLANG = ['minuteman', 'spartan', 'networking_api'];
/** Every component that one of the recipes requires. */
const REQUIRED = [
  'curl',
  'dnspython',
  'erlang',
  'libevent',
  'mesos-buildenv',
  'ncurses',
  'openssl',
  'python',
  'python-dateutil',
  'python-markupsafe',
  'python-passlib',
  'python-pyyaml',
  'python-retrying',
  'six',
];

/** What is required is there; of the programs in it only those that a test gives. */
function rigWithRequirements(programs: Readonly<Record<string, string>> = {}): Rig {
  const rig = Rig.withBuilder();
  for (const name of REQUIRED) {
    const given = Object.entries(programs).filter(([path]) => path.startsWith(`${name}/`));
    const extra = Object.fromEntries(given.map(([path, script]) => [path.slice(name.length + 1), script]));
    const script =
      given.length === 0 ? '' : 'mkdir $PKG_PATH/bin; cp /pkg/extra/* $PKG_PATH/bin; chmod +x $PKG_PATH/bin/*';
    rig.component(name, { extra, script });
  }
  return rig;
}

test.each([...ERLANG, 'mesos'])(
  '%s is checked out at its pin, and says in one sentence what it lacks',
  async (name) => {
    using rig = rigWithRequirements();
    const sources = {
      [name]: pinned(rig, name),
      rebar3: tarball(rig, 'rebar3-3.19.0', ['usr/bin/rebar3']),
      jdk: tarball(rig, 'jdk8u232-b09', ['bin/java']),
    };
    copyRecipe(rig.folder, name, { docker: SHELL_BUILDER, sources });
    const { status, stderr } = await rig.run('build', name, '--verbose');
    expect(status).toBe(1);
    const [tool, folder] = name === 'mesos' ? ['Maven', 'maven/'] : ['rebar3', '_build/'];
    expect(stderr).toContain(
      `${name}: what ${tool} would download is missing: add a source "offline" whose folder ${folder}`,
    );
    expect(stderr).toMatch(new RegExp(`${name}: failed in build`));
    expect(stderr).not.toContain('cannot stat');
  },
);

/** Makes the folder of a release, and says what it was asked for and which configuration it was given. */
const ESCRIPT = `#!/bin/bash
set -euo pipefail
name=\${PWD##*/}
[ -d _build/default/lib/lager ]
mkdir -p "_build/prod/rel/$name/bin"
{ echo "$*"; echo "$REBAR_CACHE_DIR"; cat rebar.config; } >"_build/prod/rel/$name/bin/$name-env"
`;

test.each([
  ['minuteman', ['dcos.target.wants/dcos-minuteman.service', 'minuteman/bin/minuteman-env']],
  [
    'spartan',
    [
      'bin/gen_resolvconf.py',
      'bin/spartan_watchdog.py',
      'dcos.target.wants/dcos-gen-resolvconf.service',
      'dcos.target.wants/dcos-gen-resolvconf.timer',
      'dcos.target.wants/dcos-spartan-watchdog.service',
      'dcos.target.wants/dcos-spartan-watchdog.timer',
      'dcos.target.wants/dcos-spartan.service',
      'spartan/bin/spartan-env',
    ],
  ],
  ['networking_api', ['dcos.target.wants_master/dcos-networking_api.service', 'networking_api/bin/networking_api-env']],
])('%s: the release that rebar3 makes of it, and its units', async (name, files) => {
  using rig = rigWithRequirements({ 'erlang/escript': ESCRIPT });
  const config =
    '{relx, [{release, {x, "1"}, [x, dns, observer, {debugger, load}, {runtime_tools, load}, debugger]}]}.\n';
  const sources = {
    [name]: pinned(rig, name, { 'rebar.config': config }),
    rebar3: tarball(rig, 'rebar3-3.19.0', ['usr/bin/rebar3']),
    offline: tarball(rig, 'offline', ['_build/default/lib/lager/rebar.config']),
  };
  copyRecipe(rig.folder, name, { docker: SHELL_BUILDER, sources });
  const { status, stderr } = await rig.run('build', name, '--verbose');
  expect([status, stderr]).toEqual([0, expect.anything()]);
  expect(filesOfPackage(rig, name)).toEqual(files);
  const member = `tar -xOJf out/repository/packages/${name}/*.tar.xz --wildcards '*bin/${name}-env'`;
  const { stdout: release } = await rig.shell(member);
  expect(release).toBe(`/pkg/src/rebar3/usr/bin/rebar3 as prod release
/pkg/src/offline/cache
{relx, [{release, {x, "1"}, [x, dns, {runtime_tools, load}]}]}.
`);
});

test('bouncer: the service, its libraries beside it and in no common folder, and its unit on masters', async () => {
  using rig = rigWithRequirements({ 'python/python3': '#!/bin/bash\n' });
  const sources = {
    bouncer: pinned(rig, 'bouncer', { 'bouncer/app/load.py': '', 'alembic/env.py': '', 'tests/test.py': '' }),
    cockroachdb: tarball(rig, 'cockroachdb-0.3.5', ['cockroachdb/sqlalchemy/dialect.py', 'setup.py']),
    python: tarball(rig, 'debs', [
      'usr/lib/python3/dist-packages/falcon/app.py',
      'usr/share/doc/python3-falcon/copyright',
    ]),
  };
  copyRecipe(rig.folder, 'bouncer', { docker: SHELL_BUILDER, sources });
  const { status, stderr } = await rig.run('build', 'bouncer', '--verbose');
  expect([status, stderr]).toEqual([0, expect.anything()]);
  expect(filesOfPackage(rig, 'bouncer')).toEqual([
    'bouncer/alembic/env.py',
    'bouncer/bouncer/app/load.py',
    'bouncer/python/cockroachdb/sqlalchemy/dialect.py',
    'bouncer/python/falcon/app.py',
    'dcos.target.wants_master/dcos-bouncer.service',
    'libexec/start-bouncer',
  ]);
});

test('mesos-buildenv says so when the commit of Mesos does not have what it is for', async () => {
  using rig = rigWithRequirements();
  const sources = { mesos: pinned(rig, 'mesos'), 'mesos-buildenv': pinned(rig, 'mesos-buildenv') };
  copyRecipe(rig.folder, 'mesos-buildenv', { docker: SHELL_BUILDER, sources });
  const { status, stderr } = await rig.run('build', 'mesos-buildenv', '--verbose');
  expect(status).toBe(1);
  expect(stderr).toContain('mesos-buildenv: /pkg/src/mesos/3rdparty has no tarball of boost');
});
