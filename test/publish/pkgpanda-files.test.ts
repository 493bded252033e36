import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { byCodePoint } from '../../src/model/order.ts';
import { metadata, pkgpandaFiles } from '../../src/publish/pkgpanda-files.ts';
import { openRelease, sealRelease, type ReleaseTree } from '../../src/publish/release-manifest.ts';
import { artifact, releaseOf } from './releases.ts';

interface Recorded {
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly all_completes: Readonly<
      Record<string, { readonly bootstrap: string; readonly packages: readonly string[] }>
    >;
    readonly commit: string;
    readonly tag: string;
  };
  readonly storage_after: readonly string[];
}

/** What DC/OS's own `release create` did with four trees. */
const recorded: Recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/vectors/release-four-trees/expected.release.json'), 'utf8'),
).create;

const trees: readonly ReleaseTree[] = Object.entries(recorded.metadata.all_completes)
  .map(([name, tree]) => ({ variant: name === 'null' ? undefined : name, ...tree }))
  .toSorted((a, b) => byCodePoint(a.variant ?? '', b.variant ?? ''));

const release = releaseOf({
  trees,
  version: '2.3.0-dev',
  tag: recorded.metadata.tag,
  commit: recorded.metadata.commit,
  artifacts: trees.flatMap(({ bootstrap, packages }) => [
    artifact(`bootstrap/${bootstrap}.bootstrap.tar.xz`),
    ...packages.map((id) => artifact(`packages/${id.split('--')[0]}/${id}.tar.xz`)),
  ]),
});

const place = {
  storage: 'local',
  url: 'file://<WORK>/store/',
  repository: 'testing',
  cloudformation: 'https://s3.invalid/dl/dcos',
};

test('metadata.json says what the one of pkgpanda says, but for the storage that is not configured', () => {
  const { azure_download_url: _theirs, ...expected } = recorded.metadata;
  const { azure_download_url: _ours, ...made } = metadata(release, 'mychan', place);
  expect(JSON.parse(JSON.stringify(made))).toEqual(expected);
});

test('the files of a channel are those that pkgpanda writes, each metadata.json after what it names', () => {
  const names = pkgpandaFiles(release, 'mychan', place).map(({ name }) => `testing/${name}`);
  const theirs = recorded.storage_after.filter((name) => name.startsWith('testing/mychan/'));
  expect(names.toSorted(byCodePoint)).toEqual(theirs.toSorted(byCodePoint));
  const commit = `testing/mychan/commit/${recorded.metadata.commit}/metadata.json`;
  expect(names.indexOf(commit)).toBe(names.length / 2 - 1);
  expect(names.at(-1)).toBe('testing/mychan/metadata.json');
});

test('a storage that is named azure is where templates are said to be', () => {
  const azure = { ...place, storage: 'azure', url: 'https://acme.blob.core.windows.net/dcos/' };
  expect(metadata(release, 'mychan', azure)).toMatchObject({
    azure_download_url: azure.url,
    repository_url: `${azure.url}testing`,
  });
});

test('a release of a tree without a commit stands under its own hash', () => {
  const { manifest } = release;
  const without = sealRelease({ ...manifest, commit: undefined });
  expect(metadata(openRelease(without.id, without.text), 'c', place).commit).toBe(without.sha256.slice(0, 40));
});
