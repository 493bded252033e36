/** Images that fail a rule which their definition ignores: they are good to go on with, and nobody is kept in the dark. */
import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DEFINITION, imageRig } from '../rig/image-rig.ts';
import { bake, IMAGE, recordOf } from '../rig/tiny-image.ts';
import type { Rig } from '../rig/rig.ts';

const SILENT = { ...DEFINITION, kernel_parameters: ['console=tty0'] };
const IGNORE = { rule: 'kernel.console', reason: 'No one reads <it> & "it".', expires: '2999-01-31' };

let rig: Rig;
beforeAll(async () => {
  rig = await imageRig({ kernel_parameters: SILENT.kernel_parameters });
  await bake(rig);
});
afterAll(() => rig[Symbol.dispose]());
beforeEach(() => define(IGNORE));

function define(...ignores: readonly object[]): void {
  rig.write('pipelines/images/tiny.json', JSON.stringify({ ...SILENT, ignores }, undefined, 2));
}

const timeOfDisk = () => statSync(rig.path(IMAGE, 'disk.vhd')).mtimeMs;

test('a bake with an ignore ends with 0 and tells it; the disk is up to date, and its record is written anew', async () => {
  const time = timeOfDisk();
  const { disk, inputs, checks } = recordOf(rig);
  const { status, stdout, stderr } = await bake(rig);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^tiny 1\.2\.3 is up to date\n/);
  expect(stdout).toMatch(/^ {2}rules +0 errors, 3 warnings, 1 ignored of 77 rules of Azure: marketplace\.advice/m);
  expect(stdout).toMatch(/\n\nIgnored:\n {2}kernel\.console {2}until 2999-01-31 {2}No one reads <it> & "it"\.\n$/);
  const record = recordOf(rig);
  expect(record).toMatchObject({ disk, checks, ignores: [IGNORE], inputs: { disk: inputs.disk, base: inputs.base } });
  expect(timeOfDisk()).toBe(time);
});

test('--json marks the finding; image.json has it as it was found, since what holds depends on the day', async () => {
  const { status, stdout } = await rig.run('image', 'bake', 'tiny', '--json');
  const { record, error } = JSON.parse(stdout);
  expect([status, error]).toEqual([0, undefined]);
  expect(record.checks).toContainEqual(
    expect.objectContaining({ id: 'kernel.console', result: 'failed', ignored: IGNORE }),
  );
  const [kept] = recordOf(rig).checks.filter(({ id }) => id === 'kernel.console');
  expect(kept).toEqual(expect.not.objectContaining({ ignored: expect.anything() }));
});

test.each(['tiny', `${IMAGE}/disk.vhd`])(
  'image test %s finds the ignores in the record beside the disk',
  async (word) => {
    await bake(rig);
    const { status, stdout, stderr } = await rig.run('image', 'test', word, '--junit', 'junit.xml');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ignored +kernel\.console +console=ttyS0 .* +no entry has it; console=tty0$/m);
    expect(stdout).toMatch(/^Ignored:\n {2}kernel\.console {2}until 2999-01-31 {2}No one reads/m);
    expect(stdout).toMatch(/^Nothing here forbids this image: 0 errors, 3 warnings, 3 hints, 1 ignored\.$/m);
    const junit = readFileSync(rig.path('junit.xml'), 'utf8');
    expect(junit).toContain(
      'name="kernel.console" time="0"><skipped type="ignored" message="ignored until 2999-01-31: No one reads &lt;it&gt; &amp; &quot;it&quot;.">ERROR\nrequired: ',
    );
    expect(junit).toMatch(/<testsuites [^>]* failures="0" /);
  },
);

test('image test --json has the reason; in the form of the self-test the rule has failed, as it has there', async () => {
  await bake(rig);
  const { findings } = JSON.parse((await rig.run('image', 'test', 'tiny', '--json')).stdout);
  expect(findings).toContainEqual(expect.objectContaining({ id: 'kernel.console', ignored: IGNORE }));
  const { status, stdout } = await rig.run('image', 'test', 'tiny', '--format', 'self-test');
  expect([status, JSON.parse(stdout).TestResult]).toEqual([0, 'Failed']);
});

test('a record beside a disk that cannot be read ignores nothing, and is warned of', async () => {
  await bake(rig);
  await rig.shell(`mkdir -p broken && cp --sparse=always ${IMAGE}/disk.vhd broken/ && echo '{' > broken/image.json`);
  const { status, stderr } = await rig.run('image', 'test', 'broken/disk.vhd');
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^warning: broken\/image\.json .*\n$/)]);
  expect(stderr).toContain('Nothing that the image fails is ignored.');
});

test('a disk that was taken away from its record has no ignores', async () => {
  await bake(rig);
  await rig.shell(`mkdir -p alone && cp --sparse=always ${IMAGE}/disk.vhd alone/`);
  expect((await rig.run('image', 'test', 'alone/disk.vhd')).status).toBe(1);
});

test('an ignore that has expired counts no longer, and is warned of', async () => {
  define({ ...IGNORE, expires: '2020-01-31' });
  const baked = await bake(rig);
  const warning =
    'warning: ignores: kernel.console has expired on 2020-01-31, and counts again. ' +
    'Mend the cause, or give the ignore another day, and bake again.\n';
  expect([baked.status, baked.stderr]).toEqual([1, expect.stringMatching(/^warning: .*\nerror: .* 1 error \(kernel/)]);
  expect(baked.stderr.startsWith(warning)).toBe(true);
  expect(baked.stdout).toMatch(/^ERROR +kernel\.console /m);
  const tested = await rig.run('image', 'test', 'tiny', '--json');
  expect([tested.status, tested.stderr]).toEqual([1, warning]);
  expect(JSON.parse(tested.stdout).findings).toContainEqual(
    expect.objectContaining({ id: 'kernel.console', expired: { ...IGNORE, expires: '2020-01-31' } }),
  );
});

test('an ignore that matches nothing is warned of, unless only a boot can tell', async () => {
  define(IGNORE, { rule: 'history', reason: 'x' }, { rule: 'boot.comes-up', reason: 'x' });
  const { status, stderr } = await bake(rig);
  expect([status, stderr]).toEqual([0, 'warning: ignores: history matches nothing any more. Remove it.\n']);
});

test.each(['bake', 'lock'])('image %s refuses an ignore of a rule that there is not, with its place', async (verb) => {
  define(IGNORE, { rule: 'kernel.consoel', reason: 'x' });
  const { status, stderr } = await rig.run('image', verb, 'tiny');
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(
      /tiny\.json ignores "kernel\.consoel", and there is no such rule\.\n {2}at .*tiny\.json:25:7, key ignores\.1\.rule\n/,
    ),
  ]);
  expect(stderr).toContain('hint: Did you mean "kernel.console"?');
});

test('ignores that are taken out of the definition are gone from the record, and the rule counts again', async () => {
  await bake(rig);
  define();
  expect((await bake(rig)).status).toBe(1);
  expect(recordOf(rig)).not.toHaveProperty('ignores');
});
