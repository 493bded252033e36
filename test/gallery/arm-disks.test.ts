/** Managed disks in the stand-in of Azure Resource Manager: made empty, written to, and closed. */
import { expect, test } from 'vitest';
import { ArmBench, DISKS, MIB, VHD_BYTES, disk, footer } from './arm-bench.ts';

const bench = new ArmBench();

test.each([0, 1024, VHD_BYTES - 512, VHD_BYTES + 512, 35_183_298_347_521])(
  '%d is no size of an upload',
  async (uploadSizeBytes) => {
    expect(
      await bench.put('disks/d', disk({ creationData: { createOption: 'Upload', uploadSizeBytes } })),
    ).toMatchObject({
      status: 400,
      code: 'InvalidParameter',
    });
  },
);

test('an upload disk goes from state to state, and is closed only with a VHD in it', async () => {
  const access = (action: string, body: object = {}) =>
    bench.ask('POST', `disks/d/${action}?api-version=${DISKS}`, body);
  const write = { access: 'Write', durationInSeconds: 60 };
  expect((await access('beginGetAccess', write)).status).toBe(404);
  await bench.put('disks/d', disk());
  const state = () => bench.arm.find('disks/d')?.properties['diskState'];
  expect(state()).toBe('ReadyToUpload');
  expect((await access('endGetAccess')).code).toBe('OperationNotAllowed');
  expect((await access('beginGetAccess', { access: 'Read', durationInSeconds: 60 })).code).toBe('InvalidParameter');
  const begun = await access('beginGetAccess', write);
  expect([begun.status, state()]).toEqual([202, 'ActiveUpload']);
  const at = String(begun.headers['location']).replace(bench.arm.url, '');
  expect((await bench.ask('GET', at)).status).toBe(202);
  const { body: granted } = await bench.ask('GET', at);
  expect(granted).toMatchObject({ accessSAS: expect.stringMatching(/\/d\/abcd\?.*sig=/) });
  expect((await access('endGetAccess')).code).toBe('InvalidVhd');
  const made = bench.arm.find('disks/d');
  if (made === undefined) throw new Error('there is no disk');
  await bench.arm.disks.pages(made).uploadPages(footer(20 * MIB), 20 * MIB, 512);
  expect((await access('endGetAccess')).status).toBe(202);
  expect(state()).toBe('Unattached');
  expect((await access('beginGetAccess', write)).code).toBe('OperationNotAllowed');
});
