/** What `release`, `fetch` and `publish` refuse: one sentence, and what to do. */
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReleasedTree, smallTree } from './release-rig.ts';

let tree: ReleasedTree;
let store: string;
beforeAll(async () => {
  tree = new ReleasedTree();
  await tree.release();
  store = tree.store();
});
afterAll(() => tree[Symbol.dispose]());

const RELEASES_KNOWN = 'error: STORE has no channel and no release';

test.each<readonly [string, string, number, string]>([
  [
    'an unknown channel, with what there is',
    'show nothing',
    2,
    `${RELEASES_KNOWN} "nothing".\n  hint: Its channels are stable, testing.`,
  ],
  [
    'a channel that is almost one',
    'promote testin stable',
    2,
    `${RELEASES_KNOWN} "testin".\n  hint: Did you mean "testing"?`,
  ],
  [
    'a beginning that two releases have',
    'show 1.0-',
    2,
    'error: "1.0-" is the beginning of 2 releases.\n  hint: Give more of the id: 1.0-',
  ],
  ['a name that leads out of the store', 'show ../../x', 2, `${RELEASES_KNOWN} "../../x".`],
  ['a roll-back of what is no channel', 'rollback ../x', 2, 'error: "../x" cannot be the name of a channel.'],
  ['a roll-back of an unknown channel', 'rollback nothing', 2, 'error: STORE has no channel "nothing".'],
  [
    'a roll-back of a channel that had one release',
    'rollback stable',
    2,
    'error: The channel "stable" never had another release than 1.0-',
  ],
  [
    'a channel with the name of a folder of the store',
    'create packages',
    2,
    'error: "packages" is the name of a folder that every store has.',
  ],
  [
    'a channel with a name that cannot be a path',
    'promote testing a\\b',
    2,
    'error: "a\\b" cannot be the name of a channel.',
  ],
  [
    'a name too few',
    'promote testing',
    2,
    'error: "release promote" was given too few names.\n  hint: Usage: dcos-build release promote FROM CHANNEL',
  ],
  ['a name too many', 'list x', 2, 'error: "release list" was given one name too many: "x".'],
  [
    'a tag where nothing is created',
    'list --tag x',
    2,
    'error: --tag does nothing for "release list".\n  hint: It goes with "release create".',
  ],
  [
    'a dry run of what changes nothing',
    'show testing --dry-run',
    2,
    'error: --dry-run does nothing for "release show".',
  ],
  ['a number to keep where nothing is cleaned', 'list --keep 3', 2, 'error: --keep does nothing for "release list".'],
  [
    'an age where nothing is cleaned',
    'verify testing --min-age 1d',
    2,
    'error: --min-age does nothing for "release verify".',
  ],
  ['an end of what is not shared', 'show testing --expires 1d', 2, 'error: --expires does nothing for "release show".'],
  ['to keep nothing', 'gc --keep 0', 2, 'error: --keep takes a whole number of at least 1.'],
  ['an age that is none', 'gc --min-age week', 2, 'error: '],
  ['to sign without a key', 'sign testing', 2, 'error: No key is named.'],
  ['to share a folder', 'share testing', 2, 'error: STORE cannot be shared by a link'],
])('%s', async (_what, line, status, sentence) => {
  const end = await tree.run('release', ...line.split(' '), '--to', store);
  expect(end.stderr).toContain(sentence.replaceAll('STORE', tree.rig.path(store)));
  expect(end.stderr).toMatch(/\n {2}hint: .*\[[A-Z_]+\]\n$/);
  expect([end.status, end.stdout]).toEqual([status, '']);
});

test.each<readonly [string, readonly string[], string]>([
  ['read a store that is a file', ['release', 'list', '--to', 'release.json'], 'REPOSITORY_UNAVAILABLE'],
  ['write to a store that is a file', ['release', 'create', 'c', '--to', 'release.json'], 'REPOSITORY_UNAVAILABLE'],
  ['read a store that is not there', ['release', 'list', '--to', 'nowhere'], 'REPOSITORY_UNAVAILABLE'],
  ['fetch from a store that is not there', ['fetch', 'testing', '--from', 'nowhere'], 'REPOSITORY_UNAVAILABLE'],
  ['copy from a store that is not there', ['release', 'copy', 'nowhere', 'other'], 'REPOSITORY_UNAVAILABLE'],
  ['fetch a package that nobody has', ['fetch', `lib--${'0'.repeat(40)}`, '--from', 'released'], 'BUILD_UNKNOWN'],
  ['publish a component that the tree lacks', ['publish', 'nope', '--to', 'other'], 'COMPONENT_UNKNOWN'],
  ['publish a package that is not built', ['publish', `lib--${'0'.repeat(40)}`, '--to', 'other'], 'BUILD_UNKNOWN'],
  ['write to a place of an unknown scheme', ['release', 'create', 'c', '--to', 'ftp://user:secret@x/y'], 'USAGE'],
])('to %s', async (_what, args, code) => {
  const { status, stderr } = await tree.run(...args);
  expect(stderr).toContain(`[${code}]`);
  expect(stderr).not.toMatch(/bug in dcos-build|secret/);
  expect([1, 2, 3]).toContain(status);
});

test('a store on a file system that is read-only is told in one sentence, and one that is full', async () => {
  mkdirSync(tree.rig.path('mounted'));
  const { folder } = tree.rig;
  const inside = (mount: string) => {
    const create = 'dcos-build release create testing --to mounted --tag third';
    return tree.rig.shell(`bwrap --dev-bind / / ${mount} -- bash -c '${create}'`);
  };
  const readOnly = await inside(`--ro-bind ${folder}/mounted ${folder}/mounted`);
  expect(readOnly.stderr).toContain(`error: ${folder}/mounted is on a file system that is read-only.\n  hint: `);
  expect(readOnly.status).toBe(3);
  const full = await inside(`--size 16384 --tmpfs ${folder}/mounted`);
  expect(full.stderr).toMatch(/error: .* is full|error: .*no space/i);
  expect(full.stderr).toContain('[DISK_FULL]');
});

test('verify --from-scratch accepts what builds to the same bytes, and names the package that does not', async () => {
  const same = await tree.run('release', 'verify', 'testing', '--to', store, '--from-scratch');
  expect([same.status, same.stdout]).toEqual([0, expect.stringContaining('It is whole.')]);
  using rig = smallTree();
  rig.component('lib', { script: 'mkdir $PKG_PATH/lib; echo $RANDOM$RANDOM$RANDOM > $PKG_PATH/lib/lib' });
  expect((await rig.run('release', 'create', 'testing', '--to', 'store')).status).toBe(0);
  const { status, stdout } = await rig.run('release', 'verify', 'testing', '--to', 'store', '--from-scratch', '--json');
  const { findings } = JSON.parse(stdout);
  expect(status).toBe(1);
  expect(findings).toContainEqual({
    name: expect.stringMatching(/^packages\/lib\/lib--\w+\.tar\.xz$/),
    kind: 'differs',
    what: expect.stringMatching(/^published sha256 \w{64}, built anew \w{64}$/),
  });
  expect(findings.map(({ name }: { name: string }) => name).join()).not.toContain('packages/app/');
});
