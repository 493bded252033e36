/** Whole runs of `image upload --managed-disk`, and of registrations from such disks. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { part, type Resource } from '../rig/arm-resources.ts';
import { readRange } from '../store/page-rig.ts';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.start();
});
afterEach(async () => await rig[Symbol.asyncDispose]());

const upload = (...args: readonly string[]) => rig.run('upload', 'node', '--managed-disk', 'node-disk', ...args);

function disk(): Resource {
  const found = rig.arm.find('disks/node-disk');
  if (found === undefined) throw new Error('there is no disk');
  return found;
}

/** Whether the disk has what the file has, where it has something. */
async function isWhole(): Promise<boolean> {
  const pages = rig.arm.disks.pages(disk());
  const path = rig.rig.path('out/images/node/1.7.0/disk.vhd');
  const ranges = [
    { start: 0, bytes: MIB },
    { start: GIB / 2, bytes: MIB },
    { start: GIB - MIB, bytes: MIB + 512 },
  ];
  const same = await Promise.all(
    ranges.map(async (range) =>
      (await pages.downloadToBuffer(range.start, range.bytes)).equals(readRange(path, range)),
    ),
  );
  return same.every(Boolean);
}

test('an image goes to a managed disk, a version is made of it, and the second run has nothing to do', async () => {
  await bakeImage(rig.rig);
  const { status, stdout, stderr } = await upload('--quiet');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    /^Uploaded \/subscriptions\/\S+\/disks\/node-disk, V2, 1\.0 GiB: sent 1\.\d MiB\.\nIt was read back, and is the file\.\n/,
  );
  expect(disk().body).toMatchObject({
    tags: { complete: 'true', image: 'node 1.7.0', pages_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    properties: { creationData: { createOption: 'Upload', uploadSizeBytes: GIB + 512 }, hyperVGeneration: 'V2' },
  });
  expect(disk().properties['diskState']).toBe('Unattached');
  expect(await isWhole()).toBe(true);
  const changes = rig.arm.changes.length;
  expect((await upload()).stdout).toMatch(/^Nothing to do: \/subscriptions\/\S+\/disks\/node-disk has it already/);
  expect(rig.arm.changes.length).toBe(changes);
  const registered = await rig.run('register', 'node', '--disk', 'node-disk');
  expect([registered.status, registered.stdout]).toEqual([0, expect.stringMatching(/^ {2}node {2}made/m)]);
  const version = rig.arm.find('galleries/dcos/images/node/versions/1.7.0');
  expect(part(version?.body, 'properties', 'storageProfile', 'osDiskImage', 'source')).toEqual({
    id: rig.arm.id('disks/node-disk'),
  });
  // A disk is of one generation.
  expect(rig.arm.find('galleries/dcos/images/node-gen1')).toBeUndefined();
});

test('--dry-run makes nothing, and says the requests that are sent afterwards', async () => {
  await bakeImage(rig.rig);
  const dry = await upload('--dry-run', '--json', '--generation', 'V1');
  expect([dry.status, rig.arm.changes]).toEqual([0, []]);
  const sent = JSON.parse((await upload('--json', '--generation', 'V1')).stdout);
  expect(JSON.parse(dry.stdout).requests).toEqual(sent.requests);
  expect(
    sent.requests.map(
      ({ method, url }: { readonly method: string; readonly url: string }) =>
        `${method} ${new URL(url).pathname.split('/disks/')[1]}`,
    ),
  ).toEqual(['PUT node-disk', 'POST node-disk/beginGetAccess', 'PATCH node-disk', 'POST node-disk/endGetAccess']);
  expect(rig.arm.changes.map(({ body }) => body)).toEqual(
    sent.requests.map(({ body }: { readonly body: unknown }) => body),
  );
  expect(sent).toMatchObject({ generation: 'V1', isVerified: true, state: 'absent' });
  expect(sent.pages.bytes).toBe(sent.sentBytes);
  const text = await rig.run('upload', 'node', '--managed-disk', 'other', '-n');
  expect(text.stdout).toMatch(
    new RegExp(
      `^After beginGetAccess, to the URL that it gives: \\d writes of pages, ${sent.sentBytes} bytes\\.$`,
      'm',
    ),
  );
});

test.each(['PUT', 'beginGetAccess', 'endGetAccess', 'PATCH'])(
  'a run that is killed at %s is gone on with',
  async (step) => {
    await bakeImage(rig.rig);
    const reached = Promise.withResolvers<void>();
    rig.arm.script = ({ method, url }) => {
      if (method !== step && !url.includes(step)) return undefined;
      reached.resolve();
      return 'cut';
    };
    const killed = rig.start(['upload', 'node', '--managed-disk', 'node-disk']);
    await reached.promise;
    killed.kill('SIGKILL');
    await killed.end;
    rig.arm.script = () => undefined;
    const { status, stdout, stderr } = await upload();
    expect([status, stderr, stdout]).toEqual([
      0,
      '',
      expect.stringMatching(step === 'PUT' ? /^Uploaded / : /^Went on with /),
    ]);
    expect(await isWhole()).toBe(true);
    // What was there was not sent again.
    const sent = /sent (\S+ \S+)\./.exec(stdout)?.[1];
    expect(sent === '0 B').toBe(step === 'endGetAccess' || step === 'PATCH');
  },
);

test('another content, another generation and foreign disks are refused before anything is sent', async () => {
  await bakeImage(rig.rig);
  await upload();
  const changes = rig.arm.changes.length;
  const other = await upload('--generation', 'V1');
  expect([other.status, other.stderr]).toEqual([
    1,
    expect.stringContaining('There is a disk node-disk already, and it is of generation V2, and not V1.'),
  ]);
  await bakeImage(rig.rig, { seed: 2 });
  expect((await upload()).stderr).toMatch(
    /it has the pages sha256 [0-9a-f]{64}, where the file has [0-9a-f]{64}\..*\n.*\n.*\[IMAGE_CONFLICT\]|IMAGE_CONFLICT/s,
  );
  const registered = await rig.run('register', 'node', '--disk', 'node-disk');
  expect([registered.status, registered.stderr]).toEqual([
    1,
    expect.stringContaining('The disk node-disk does not hold node 1.7.0'),
  ]);
  expect((await rig.run('register', 'node', '--disk', 'none')).stderr).toContain('The disk none is not there.');
  disk().body['tags'] = {};
  expect((await upload()).stderr).toContain('it was not made by dcos-build');
  expect(rig.arm.changes.length).toBe(changes);
});

test('what is named twice or lacks is told in one sentence', async () => {
  await bakeImage(rig.rig);
  expect((await upload('images')).stderr).toMatch(
    /^error: Both the place "images" and the disk "node-disk" are named\./,
  );
  expect((await rig.run('register', 'node', 'images', '--disk', 'x')).stderr).toMatch(
    /^error: Both a blob in "images" and the disk "x" are named\./,
  );
  expect((await rig.run('upload', 'node', '--managed-disk', 'a/b')).stderr).toMatch(
    /^error: "a\/b" is no name of a disk\./,
  );
  expect((await rig.run('upload', 'nodes', '--managed-disk', 'a')).stderr).toMatch(
    /^error: There is no baked image "nodes"\.\n.*Did you mean "node"\?/,
  );
  expect((await upload('--generation', 'V3')).status).toBe(2);
});
