/** Whole runs of `image publish` of a version that the plan has already, and of submissions that cannot be. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CloudStorage } from '../rig/cloud-storage.ts';
import type { PartnerCenter } from '../rig/partner-center.ts';
import type { GalleryRig } from './gallery-rig.ts';
import { PublishRig } from './publish-rig.ts';

let all: PublishRig;
let rig: GalleryRig;
let center: PartnerCenter;
let storage: CloudStorage;

beforeEach(async () => {
  all = await PublishRig.start();
  ({ gallery: rig, center, storage } = all);
});
afterEach(() => all[Symbol.asyncDispose]());

const url = () => storage.sasUrl('images/node-1.7.0.vhd');
const publish = (...args: readonly string[]) => rig.run('publish', 'node', ...args);

test('what cannot be submitted is refused before the draft is changed', async () => {
  center.submissions.push({ id: 's', target: { targetType: 'preview' }, status: 'running', result: 'pending' });
  const busy = await publish('--sas', url(), '--submit', 'preview');
  expect([busy.status, busy.stderr]).toEqual([1, expect.stringContaining('A submission to preview is under way')]);
  Object.assign(center.submissions[0] ?? {}, { status: 'completed', result: 'succeeded' });
  const live = await publish('--sas', url(), '--submit', 'live');
  expect([live.status, live.stderr]).toEqual([
    1,
    expect.stringMatching(
      /^error: The version would be a draft, and what goes live is the preview\.\n {2}hint: Submit it/,
    ),
  ]);
  expect(center.posted).toEqual([]);
});

test('of several previews the newest goes live, whatever order they are told in, and --status tells them apart', async () => {
  await publish('--sas', url());
  const preview = (id: string, created: string, result: string) =>
    ({ id: `submission/p/${id}`, target: { targetType: 'preview' }, status: 'completed', result, created }) as const;
  center.submissions.push(
    preview('11', '2026-10-01T00:00:00Z', 'succeeded'),
    preview('13', '2026-11-20T08:30:00.2895521Z', 'succeeded'),
    preview('12', '2026-11-02T00:00:00Z', 'failed'),
  );
  const { stdout } = await rig.run('publish', '--offer', 'dcos', '--plan', 'node', '--status');
  expect(stdout.split('\n').slice(1)).toEqual([
    'submission  preview  completed, succeeded  2026-11-20T08:30:00Z  13',
    'submission  preview  completed, failed     2026-11-02T00:00:00Z  12',
    'submission  preview  completed, succeeded  2026-10-01T00:00:00Z  11',
    '',
  ]);
  const goLive = ['publish', '--offer', 'dcos', '--plan', 'node', '--submit', 'live'];
  const dry = await rig.run(...goLive, '--dry-run', '--json');
  expect(JSON.parse(dry.stdout).requests[0].body.resources).toMatchObject([{ id: 'submission/p/13' }]);
  center.submissions.push(preview('14', '2026-11-25T00:00:00Z', 'failed'));
  const failed = await rig.run(...goLive);
  expect([failed.status, failed.stderr]).toEqual([
    1,
    expect.stringContaining(
      'The newest preview of the offer (2026-11-25T00:00:00Z) was not certified: completed, failed.',
    ),
  ]);
});

test('a submission whose answer was lost is not called a failure', async () => {
  await publish('--sas', url());
  center.lostAnswers = 1;
  const { status, stdout } = await publish('--sas', url(), '--submit', 'preview');
  expect([status, stdout]).toEqual([0, expect.stringContaining('dcos is submitted to preview')]);
  expect(center.submissions).toHaveLength(1);
});

test('a Partner Center that knows nothing of a job is an error, and not asked for ever', async () => {
  all.configure(`${center.url}/none`);
  const none = await publish('--sas', url());
  expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('Partner Center has no offer "dcos"')]);
  all.configure(center.url);
  center.forgets = true;
  const { status, stderr } = await publish('--sas', url());
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
