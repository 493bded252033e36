/** Whole runs of `image publish` of a version that the plan has already, and of submissions that cannot be. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { list, part } from '../rig/arm-resources.ts';
import { PartnerCenter } from '../rig/partner-center.ts';
import { bakeImage, GalleryRig } from './gallery-rig.ts';

const DAY_MS = 86_400_000;
let rig: GalleryRig;
let center: PartnerCenter;

beforeEach(async () => {
  rig = await GalleryRig.start();
  center = await PartnerCenter.start(rig.tls);
  rig.configure({ marketplace: { endpoint: center.url, tenant: 'first', pollSeconds: 0 } });
  await bakeImage(rig.rig, { generations: ['V2'] });
});
afterEach(async () => {
  await center[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
});

const publish = (...args: readonly string[]) => rig.run('publish', 'node', ...args);
const source = () => list(list(center.configuration, 'vmImageVersions')[0], 'vmImages')[0]?.['source'];

function sasUrl(sig: string): string {
  const at = (days: number): string => `${new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)}T00:00:00Z`;
  const fields = { sv: '2026-02-06', sr: 'c', sp: 'rl', st: at(-2), se: at(30), sig };
  return `https://account.blob.core.windows.net/images/node-1.7.0.vhd?${new URLSearchParams(fields).toString()}`;
}

test('a new signature of the same URL is put in place of the old one, and the same one is nothing to do', async () => {
  await publish('--sas', sasUrl('first'));
  const { status, stdout } = await publish('--sas', sasUrl('second'));
  expect([status, stdout]).toEqual([
    0,
    'dcos/node had version 1.7.0 already, and is told anew where to read it, as a draft.\n',
  ]);
  expect(part({ source: source() }, 'source', 'osDisk')).toEqual({ uri: sasUrl('second') });
  expect(list(center.configuration, 'vmImageVersions')).toHaveLength(1);
  const again = await publish('--sas', sasUrl('second'));
  expect([again.stdout, center.posted.length]).toEqual(['dcos/node has version 1.7.0 already.\n', 2]);
});

test('what cannot be submitted is refused before the draft is changed', async () => {
  center.submissions.push({ id: 's', target: { targetType: 'preview' }, status: 'running', result: 'pending' });
  const busy = await publish('--sas', sasUrl('x'), '--submit', 'preview');
  expect([busy.status, busy.stderr]).toEqual([1, expect.stringContaining('A submission to preview is under way')]);
  Object.assign(center.submissions[0] ?? {}, { status: 'completed', result: 'succeeded' });
  const live = await publish('--sas', sasUrl('x'), '--submit', 'live');
  expect([live.status, live.stderr]).toEqual([
    1,
    expect.stringMatching(
      /^error: The version would be a draft, and what goes live is the preview\.\n {2}hint: Submit it/,
    ),
  ]);
  expect(center.posted).toEqual([]);
});

test('a submission whose answer was lost is not called a failure', async () => {
  await publish('--sas', sasUrl('x'));
  center.lostAnswers = 1;
  const { status, stdout } = await publish('--sas', sasUrl('x'), '--submit', 'preview');
  expect([status, stdout]).toEqual([0, expect.stringContaining('dcos is submitted to preview')]);
  expect(center.submissions).toHaveLength(1);
});

test('a Partner Center that knows nothing of a job is an error, and not asked for ever', async () => {
  rig.configure({ marketplace: { endpoint: `${center.url}/none`, tenant: 'first', pollSeconds: 0 } });
  const none = await publish('--sas', sasUrl('x'));
  expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('Partner Center has no offer "dcos"')]);
  rig.configure({ marketplace: { endpoint: center.url, tenant: 'first', pollSeconds: 0 } });
  center.forgets = true;
  const { status, stderr } = await publish('--sas', sasUrl('x'));
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^error: Partner Center answers 404 resourceNotFound: There is no such job\.\n/),
  ]);
});

test('words too many, images of other clouds and a URL that is not there are told in one sentence', async () => {
  const told = async (...words: readonly string[]) => {
    const { status, stderr } = await rig.run(...words);
    return `${status} ${stderr.split('\n')[0]}`;
  };
  expect(await told('publish', 'node', 'images')).toBe(
    '2 error: "image publish" takes one image, and "images" is one word too many.',
  );
  expect(await told('check-sas', 'https://a/b', 'c')).toBe(
    '2 error: "image check-sas" takes one URL, and "c" is one word too many.',
  );
  expect(await told('check-sas')).toBe('2 error: It is not said which URL is meant.');
  expect(await told('publish', 'node', '--cloud', 'AzureChinaCloud')).toBe(
    '2 error: The Marketplace takes no image of a gallery in AzureChinaCloud.',
  );
});
