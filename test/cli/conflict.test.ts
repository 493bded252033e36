import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

const OWNER = 'mkdir -p $PKG_PATH/bin; echo $PKG_NAME > $PKG_PATH/bin/shared';

function idOf(rig: Rig, name: string): string {
  return readFileSync(rig.path('out/repository/packages', name, 'latest'), 'utf8');
}

test('two packages of a tree that own one file: the bootstrap fails, naming both and the file', async () => {
  using rig = Rig.withBuilder();
  rig.component('first', { script: OWNER });
  rig.component('second', { script: OWNER });
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(1);
  expect(stderr).toContain('bin/shared');
  expect(stderr).toContain(idOf(rig, 'first'));
  expect(stderr).toContain(idOf(rig, 'second'));
  expect(stderr).toMatch(/bootstrap: failed/);
  expect(existsSync(rig.path('out/repository/complete'))).toBe(false);
});

test('two requirements that own one file: the build that needs both fails before its script runs', async () => {
  using rig = Rig.withBuilder();
  rig.component('first', { script: OWNER });
  rig.component('second', { script: OWNER });
  rig.component('user', { buildinfo: { requires: ['first', 'second'] }, script: 'echo the script runs' });
  const { status, stderr } = await rig.run('build', 'user', '--verbose');
  expect(status).toBe(1);
  expect(stderr).toMatch(/user: failed in activate .*bin\/shared/);
  expect(stderr).toContain(idOf(rig, 'first'));
  expect(stderr).toContain(idOf(rig, 'second'));
  expect(stderr).not.toContain('the script runs');
});

test('several conflicts at once are told together, each with what to do, and none as a bug', async () => {
  using rig = Rig.withBuilder();
  const environment = { SHARED_HOME: '/x', PATH: '/bin' };
  rig.component('first', { script: OWNER, buildinfo: { environment } });
  rig.component('second', { script: OWNER, buildinfo: { environment: { SHARED_HOME: '/y' } } });
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(1);
  expect(stderr).toContain('bin/shared');
  expect(stderr).toContain('The variable SHARED_HOME is set by several packages');
  expect(stderr).toContain('sets PATH in its environment');
  expect(stderr).not.toContain('bug');
});

test('a package that brings reserved units, or a broken pkginfo.json, is refused with all that is wrong', async () => {
  using rig = Rig.withBuilder();
  rig.component('usurper', {
    script: `mkdir $PKG_PATH/dcos.target.wants; touch $PKG_PATH/dcos.target.wants/dcos-setup.service
echo '{"requires": 7}' > $PKG_PATH/pkginfo.json`,
  });
  const { status, stderr } = await rig.run('build');
  expect(status).toBe(1);
  expect(stderr).toContain('dcos.target.wants/dcos-setup.service, a unit name that is reserved');
  expect(stderr).toContain('pkginfo.json of usurper--');
  expect(stderr).not.toContain('bug');
  expect(existsSync(rig.path('out/repository/packages/usurper'))).toBe(false);
});

test('a package with a broken buildinfo.full.json is refused, for it could never be active', async () => {
  using rig = Rig.withBuilder();
  rig.component('vandal', { script: 'echo not JSON > $PKG_PATH/buildinfo.full.json' });
  rig.component('minimal', { script: 'rm $PKG_PATH/buildinfo.full.json' });
  const { status, stderr } = await rig.run('build', '--keep-going');
  expect(status).toBe(1);
  expect(stderr).toMatch(/vandal: failed .*buildinfo\.full\.json of vandal--.* is no JSON/);
  expect(stderr).toContain('minimal: built');
  expect(existsSync(rig.path('out/repository/packages/vandal'))).toBe(false);
});

test.each(['pkginfo.json', 'buildinfo.full.json'])(
  'a package whose %s is a link or a folder is refused',
  async (name) => {
    using rig = Rig.withBuilder();
    rig.component('linked', { script: `rm $PKG_PATH/${name}; ln -s /etc/passwd $PKG_PATH/${name}` });
    rig.component('folder', { script: `rm $PKG_PATH/${name}; mkdir $PKG_PATH/${name}` });
    const { status, stderr } = await rig.run('build', '--keep-going');
    expect(status).toBe(1);
    expect(stderr).toContain(`${name} of linked--`);
    expect(stderr).toContain(`${name} of folder--`);
    expect(stderr.match(/is no plain file/g)).toHaveLength(2);
    expect(stderr).not.toContain('root:');
  },
);
