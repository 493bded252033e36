/** Whole runs of `image upload` on Azurite. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { turnIntoFixedVhd } from '../../src/image/fixed-vhd.ts';
import { sha256 } from '../../src/model/digest.ts';
import { Azurite, type SasOptions } from '../rig/azurite.ts';
import { FaultProxy } from '../rig/fault-proxy.ts';
import { Rig, type CommandEnd } from '../rig/rig.ts';
import { noise, readRange } from '../store/page-rig.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const TABLE = `label: gpt
size=1MiB, type=21686148-6449-6E6F-744E-656564454649
size=100MiB, type=uefi
type=linux
`;

let azurite: Azurite;
let rig: Rig;
let made = 0;
let container = '';
const secrets = new Set<string>();

beforeAll(async () => {
  azurite = await Azurite.start();
});
afterAll(async () => await azurite[Symbol.asyncDispose]());
beforeEach(async () => {
  rig = new Rig();
  container = `images-${(made += 1)}`;
  await azurite.container(container);
});
afterEach(() => rig[Symbol.dispose]());

/** A disk of 30 GiB that boots both ways as far as its first bytes tell, with 2 MiB in its last partition. */
async function makeVhd(name: string, { seed = 1, table = TABLE, bytes = 30 * GIB } = {}): Promise<void> {
  const raw = rig.path('disk.raw');
  rig.write('disk.raw', '');
  truncateSync(raw, bytes);
  execFileSync('/usr/sbin/sfdisk', ['--quiet', raw], { input: table });
  const file = openSync(raw, 'r+');
  writeSync(file, Buffer.from([0xeb, 0x63]), 0, 2, 0);
  writeSync(file, noise(2 * MIB, seed), 0, 2 * MIB, bytes / 2);
  closeSync(file);
  await turnIntoFixedVhd(raw, rig.path(name), { contentSha256: sha256(`disk ${seed}`), epochSeconds: 1_700_000_000 });
}

function place(options: SasOptions = {}): string {
  const sas = azurite.sas(container, options);
  const signature = new URLSearchParams(sas).get('sig') ?? '';
  secrets.add(signature).add(encodeURIComponent(signature));
  return `${azurite.containerUrl(container)}/disks?${sas}`;
}

/** No output has a signature in it, whatever the test is about. */
async function run(...args: readonly string[]): Promise<CommandEnd> {
  const end = await rig.run('image', ...args);
  expect(secrets.size).toBeGreaterThan(0);
  for (const secret of secrets) expect(end.stdout + end.stderr).not.toContain(secret);
  return end;
}

const blob = () => azurite.client(container).getPageBlobClient('disks/node.vhd');

test('a VHD of 30 GiB goes up in a moment, is the file, and the second run has nothing to do', async () => {
  await makeVhd('node.vhd');
  const { status, stdout, stderr } = await run('upload', 'node.vhd', place());
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^Uploaded http:\S+\/disks\/node\.vhd, 30\.0 GiB: sent 2\.\d MiB in \d page writes\.$/m);
  expect(stdout).toMatch(/^It was read back, and is the file\.$/m);
  const { contentLength, metadata } = await blob().getProperties();
  expect(contentLength).toBe(30 * GIB + 512);
  expect(metadata).toMatchObject({ complete: 'true', pages_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  for (const { start, bytes } of [
    { start: 0, bytes: MIB },
    { start: 15 * GIB, bytes: 2 * MIB },
    { start: 30 * GIB - MIB, bytes: MIB + 512 },
  ]) {
    const there = await blob().downloadToBuffer(start, bytes);
    expect(there.equals(readRange(rig.path('node.vhd'), { start, bytes }))).toBe(true);
  }
  const again = await run('upload', 'node.vhd', place());
  expect(again.stdout).toMatch(/^Nothing to do: http:\S+\/disks\/node\.vhd has it already \(pages sha256 /);
});

test('--dry-run says which requests there would be, and makes none of them', async () => {
  await makeVhd('node.vhd');
  const { status, stdout } = await run('upload', 'node.vhd', place(), '--dry-run');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Would write to http:\S+\/disks\/node\.vhd:$/m);
  expect(stdout).toMatch(/^ {2}create +1 request +a page blob of 32212255232 bytes$/m);
  expect(stdout).toMatch(/^ {2}pages +\d requests +21\d{5} bytes$/m);
  expect(stdout).toMatch(/^ {2}footer +1 request +512 bytes$/m);
  expect(stdout).toMatch(/^ {2}metadata +1 request +complete, pages sha256 [0-9a-f]{64}$/m);
  expect(await blob().exists()).toBe(false);
  const planned = JSON.parse((await run('upload', 'node.vhd', place(), '-n', '--json')).stdout);
  expect(planned).toMatchObject({ state: 'absent', isDryRun: true, isVerified: false, fileBytes: 30 * GIB + 512 });
  const done = JSON.parse((await run('upload', 'node.vhd', place(), '--json')).stdout);
  expect(done).toEqual({ ...planned, isDryRun: false, isVerified: true });
  expect(done.requests.at(-2)).toMatchObject({ kind: 'footer', range: { start: 30 * GIB, bytes: 512 } });
});

test('what --dry-run says is what goes over the line: method, URL, and each header that it names', async () => {
  await makeVhd('node.vhd');
  await using proxy = await FaultProxy.start(azurite.url);
  const to = place().replace(azurite.url, proxy.url);
  const text = await run('upload', 'node.vhd', to, '-n');
  expect(text.stdout).toMatch(
    /^PUT http:\S+\/disks\/node\.vhd\?comp=page; content-length: 512; .*; x-ms-range: bytes=32212254720-/m,
  );
  const { requests } = JSON.parse((await run('upload', 'node.vhd', to, '-n', '--json')).stdout);
  expect(proxy.count('PUT')).toBe(0);
  await run('upload', 'node.vhd', to);
  const puts = proxy.asked.filter(({ method }) => method === 'PUT');
  const sent = puts.map(({ method, url, headers }) => {
    const { origin, pathname, searchParams } = new URL(url, proxy.url);
    const comp = searchParams.get('comp');
    const at = `${origin}${pathname}${comp === null ? '' : `?comp=${comp}`}`;
    return { line: `${method} ${at} ${String(headers['x-ms-range'] ?? '')}`, headers };
  });
  const said = requests.map((each: { method: string; url: string; headers: Record<string, string> }) => ({
    line: `${each.method} ${each.url} ${each.headers['x-ms-range'] ?? ''}`,
    headers: each.headers,
  }));
  const inOrder = (a: { readonly line: string }, b: { readonly line: string }): number => (a.line < b.line ? -1 : 1);
  expect(sent.toSorted(inOrder)).toMatchObject(said.toSorted(inOrder));
  expect(sent).toHaveLength(said.length);
});

test('another image under the name is refused with both hashes; under another name it goes up, unread with --no-verify', async () => {
  await makeVhd('node.vhd');
  await run('upload', 'node.vhd', place());
  await makeVhd('node.vhd', { seed: 2 });
  const { status, stderr } = await run('upload', 'node.vhd', place());
  expect(status).toBe(1);
  expect(stderr).toMatch(/pages sha256 [0-9a-f]{64}, and the file has the pages sha256 [0-9a-f]{64}/);
  expect(stderr).toContain('[STORE_CONFLICT]');
  const renamed = await run('upload', 'node.vhd', place(), '--name', 'node-2.vhd', '--no-verify');
  expect(renamed.stdout).toMatch(/^Uploaded http:\S+\/disks\/node-2\.vhd, .*\nIt was not read back\.$/m);
});

test('a storage of the configuration can be named', async () => {
  await makeVhd('node.vhd');
  const azure = { kind: 'azure', connectionString: '${IMAGES}', container, prefix: 'disks' };
  rig.write('dcos-build.config.json', JSON.stringify({ storages: { images: azure } }));
  const env = { IMAGES: azurite.connectionString() };
  const { status, stdout } = await rig.start(['image', 'upload', 'node.vhd', 'images'], env).end;
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('read back, and is the file') });
});

test('what Azure would refuse is not uploaded, with the reason', async () => {
  await makeVhd('swap.vhd', { table: `${TABLE.replace('type=linux', 'size=1GiB, type=swap')}type=linux\n` });
  const { status, stderr } = await run('upload', 'swap.vhd', place());
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /^error: swap\.vhd is not uploaded, .*: swap\.none-on-os asks for no swap partition, and it is /,
  );
  expect(stderr).toContain('[IMAGE_INVALID]');
  rig.write('text.vhd', 'text');
  expect((await run('upload', 'text.vhd', place())).stderr).toContain('too few for a VHD');
  expect(await azurite.client(container).getPageBlobClient('disks/swap.vhd').exists()).toBe(false);
});

test('a place that is missing, is a folder, or may not be written to is told in one sentence', async () => {
  await makeVhd('node.vhd');
  expect((await run('upload', 'node.vhd')).stderr).toContain('It is not said where the image is to go.\n');
  expect((await run('upload', 'node.vhd', './folder')).stderr).toContain('Azure takes page blobs only.');
  const { status, stderr } = await run('upload', 'node.vhd', place({ permissions: 'rl' }));
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: expect.stringContaining('does not give the right to write'),
  });
  expect((await run('inspect', 'node.vhd', 'other')).stderr).toContain('one word too many');
});
