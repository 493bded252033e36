import { chmodSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addOrdinaryUser, startAs } from '../rig/ordinary-user.ts';
import { Rig } from '../rig/rig.ts';

/** What every machine that builds has, less some of it, in a folder for PATH. */
function machineWithout(rig: Rig, missing: readonly string[]): string {
  const programs = [
    ...['bwrap', 'mmdebstrap', 'fakechroot', 'apt-get', 'dpkg-deb'],
    ...['git', 'tar', 'xz', 'zstd', 'bzip2', 'perl'],
  ];
  for (const name of programs) {
    if (missing.includes(name)) continue;
    rig.write(`machine/${name}`, '#!/bin/sh\nexit 0\n');
    chmodSync(rig.path('machine', name), 0o755);
  }
  symlinkSync('/bin/sh', rig.path('machine/sh'));
  return rig.path('machine');
}

test('a machine that has everything is said to be fit, tree or no tree', async () => {
  using rig = new Rig();
  const { status, stdout, stderr } = await rig.shell('cd / && dcos-build doctor');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^ok +bwrap +\/\S+$/m);
  expect(stdout).toMatch(/^ok +sandbox +bubblewrap works here$/m);
  expect(stdout).not.toContain('MISSING');
});

test('what is missing is named with what it is for and how to get it, and ends in 3', async () => {
  using rig = new Rig();
  const PATH = machineWithout(rig, ['zstd', 'mmdebstrap']);
  const { status, stdout, stderr } = await rig.start(['doctor'], { PATH }).end;
  expect(status).toBe(3);
  expect(stdout).toMatch(/^MISSING +zstd +compresses packages on request\n +apt-get install zstd$/m);
  expect(stdout).toMatch(/^MISSING +mmdebstrap /m);
  expect(stderr).toContain('error: This machine lacks something that dcos-build needs; see above.');
  expect(stderr).toContain('hint: Run "dcos-build doctor --fix". [HOST_INCOMPLETE]');
  const json = await rig.start(['doctor', '--json'], { PATH }).end;
  expect(json).toMatchObject({ status: 3, stderr: '' });
  const findings: { what: string; ok: boolean; package?: string }[] = JSON.parse(json.stdout);
  expect(findings.filter(({ ok }) => !ok).map((finding) => finding.package)).toEqual(['mmdebstrap', 'zstd']);
});

test('--fix has apt-get install what is missing, and looks again', async () => {
  using rig = new Rig();
  const PATH = machineWithout(rig, ['zstd']);
  const zstd = rig.path('machine/zstd');
  // An apt-get that notes how it was called, and brings the program.
  const install = `echo "$DEBIAN_FRONTEND: $*" >> ${rig.path('asked')}; : > ${zstd}; /bin/chmod +x ${zstd}`;
  rig.write('machine/apt-get', `#!/bin/sh\n[ "$1" = update ] || { ${install}; }\n`);
  rig.write('machine/sudo', '#!/bin/sh\nshift; exec "$@"\n');
  chmodSync(rig.path('machine/sudo'), 0o755);
  symlinkSync('/usr/bin/env', rig.path('machine/env'));
  const { status, stdout, stderr } = await rig.start(['doctor', '--fix'], { PATH }).end;
  expect(stderr).toBe('installing zstd …\n');
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^ok +zstd/m) });
  expect(readFileSync(rig.path('asked'), 'utf8')).toBe('noninteractive: install --yes --no-install-recommends zstd\n');
});

test('who is not root is told how to get ids for files of others, without which no root of Debian can be made', async () => {
  using rig = new Rig();
  const path = machineWithout(rig, ['fakechroot']);
  for (const name of ['unshare', 'newuidmap']) symlinkSync(`/usr/bin/${name}`, rig.path('machine', name));
  const doctor = `program=$(command -v dcos-build)
PATH=${path} exec /usr/bin/bwrap --dev-bind / / --unshare-user --uid 4711 --gid 4711 "$program" doctor`;
  const { stdout, status } = await rig.shell(doctor);
  expect(stdout).toMatch(/^MISSING +ids +lets who is not root make roots of Debian\n .*usermod --add-subuids/m);
  expect(status).toBe(3);
  rmSync(rig.path('machine/newuidmap'));
  expect((await rig.shell(doctor)).stdout).toMatch(/^MISSING +ids .*\n +apt-get install uidmap$/m);
});

test('who is not root and has such ids is told that they work', async () => {
  using rig = new Rig();
  chmodSync(rig.folder, 0o755);
  addOrdinaryUser(rig);
  const { stdout, stderr, status } = await startAs('an ordinary user', rig, ['doctor']).end;
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^ok +ids +files of other users work here$/m);
});
