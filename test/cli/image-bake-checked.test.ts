/** Images that fail a rule which is an error: they are there to be looked at, and nothing goes on as if they were good. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFINITION, imageRig } from '../rig/image-rig.ts';
import { bake, recordOf } from '../rig/tiny-image.ts';
import type { Rig } from '../rig/rig.ts';

const SILENT = { ...DEFINITION, kernel_parameters: ['console=tty0'] };
const REFUSAL = 'Azure or its Marketplace would refuse tiny 1.2.3, which was baked: 1 error (kernel.console).';
const HINT = 'Mend its definition or scripts and bake again; "dcos-build image test tiny@1.2.3" looks at it as it is.';

let rig: Rig;
beforeAll(async () => {
  rig = await imageRig({ kernel_parameters: SILENT.kernel_parameters });
});
afterAll(() => rig[Symbol.dispose]());

test('an image that fails a rule of severity error is kept, told with its findings, and ends the bake with 1', async () => {
  const { status, stdout, stderr } = await bake(rig);
  expect([status, stderr]).toEqual([1, `error: ${REFUSAL}\n  hint: ${HINT} [IMAGE_REFUSED]\n`]);
  expect(stdout).toMatch(/^tiny 1\.2\.3 baked in .* \(made: bootstrap, disk\)\n/);
  expect(stdout).toMatch(/^ {2}rules +1 error, 3 warnings of 77 rules of Azure: kernel\.console, marketplace\.advice/m);
  expect(stdout).toMatch(/\n\n +RULE +REQUIRED +ACTUAL\n/);
  expect(stdout).toMatch(/^ERROR +kernel\.console +console=ttyS0 \(ARM64: ttyAMA0\) +no entry has it; console=tty0$/m);
  expect(stdout).toMatch(/^WARNING +marketplace\.advice +30 GiB to 50 GiB +1\.0 GiB/m);
  expect(stdout).not.toMatch(/^(?:ok|skipped|INFO) /m);
  const looked = await rig.run('image', 'test', 'tiny@1.2.3');
  expect([looked.status, looked.stdout]).toEqual([1, expect.stringMatching(/^ERROR +kernel\.console /m)]);
});

test('it ends with 1 again when there is nothing to be made', async () => {
  const { status, stdout, stderr } = await bake(rig);
  expect([status, stderr]).toEqual([1, expect.stringContaining(REFUSAL)]);
  expect(stdout).toMatch(/^tiny 1\.2\.3 is up to date\n/);
  expect(stdout).toMatch(/^ERROR +kernel\.console /m);
});

test('what is to follow a bake in a shell does not', async () => {
  const { stdout, status } = await rig.shell('dcos-build image bake tiny --quiet && echo uploaded');
  expect(stdout).not.toContain('uploaded');
  expect(status).toBe(1);
});

test('--json tells the image and the error in one document', async () => {
  const { status, stdout, stderr } = await rig.run('image', 'bake', 'tiny', '--json');
  expect([status, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    record: JSON.parse(JSON.stringify(recordOf(rig))),
    error: { code: 'IMAGE_REFUSED', message: REFUSAL, hint: HINT },
  });
});

test('a plan of it is no failure, and the definition mended gives an image that ends with 0', async () => {
  expect((await rig.run('image', 'bake', 'tiny', '--dry-run')).status).toBe(0);
  rig.write('pipelines/images/tiny.json', JSON.stringify(DEFINITION));
  const { status, stdout } = await bake(rig);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ {2}rules +0 errors, 3 warnings of 77 rules of Azure: marketplace\.advice/m);
  expect(stdout).not.toContain('RULE');
});
