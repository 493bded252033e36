import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { writeBundle } from '../../src/host/git-bundle.ts';
import { GitRepository } from '../rig/git-repository.ts';
import { Scratch } from '../rig/scratch.ts';
import { failureOf, gitRequest, openScratchSources, serveFiles } from '../rig/sources.ts';

interface Mirrored {
  readonly commit: string;
  /** Where the repository was. */
  readonly url: string;
  readonly bundle: string;
}

/** `mirror/` with the bundle of a commit whose repository is there no more. */
async function mirrored(scratch: Scratch): Promise<Mirrored> {
  const repository = new GitRepository(scratch.path('repository'));
  repository.write('file', 'content');
  const commit = repository.commit();
  const bundle = scratch.write(`mirror/git/${commit}.bundle`);
  await writeBundle(scratch.path('repository/.git'), commit, bundle, {});
  rmSync(repository.folder, { recursive: true });
  return { commit, url: pathToFileURL(repository.folder).href, bundle };
}

test('a commit comes out of a mirror folder, offline too, and out of a mirror on a server', async () => {
  using scratch = new Scratch();
  const { commit, url, bundle } = await mirrored(scratch);
  const request = gitRequest(url, commit);
  const folder = openScratchSources(scratch, { offline: true, mirrors: [scratch.path('mirror')] });
  expect(await folder.sources.missing([request])).toEqual([]);
  await folder.sources.fetch([request]);
  await folder.sources.checkout(request, scratch.path('src'));
  expect(scratch.read('src/code/file')).toBe('content');
  await using server = await serveFiles({ [`/m/git/${commit}.bundle?sig=x`]: readFileSync(bundle) });
  rmSync(scratch.path('cache'), { recursive: true });
  const online = openScratchSources(scratch, { mirrors: [`${server.url}/m?sig=x`] });
  await online.sources.fetch([request]);
  expect([...folder.warnings, ...online.warnings]).toEqual([]);
  expect(readdirSync(scratch.path('cache/git')).filter((name) => !/\.git(?:\.lock)?$/.test(name))).toEqual([]);
});

test('a damaged bundle is told of and not used: upstream serves, and offline nothing does', async () => {
  using scratch = new Scratch();
  const { commit, url } = await mirrored(scratch);
  const bundle = `mirror/git/${commit}.bundle`;
  const bytes = readFileSync(scratch.path(bundle));
  bytes[bytes.length - 40] = (bytes.at(-40) ?? 0) ^ 1;
  scratch.write(bundle, bytes);
  const { sources, warnings } = openScratchSources(scratch, { offline: true, mirrors: [scratch.path('mirror')] });
  const error = await failureOf(sources.fetch([gitRequest(url, commit)]));
  expect([error.code, error.message]).toEqual([
    'SOURCE_UNAVAILABLE',
    `curl: code: commit ${commit} of ${url} cannot be had offline.`,
  ]);
  expect(warnings).toEqual([
    expect.stringContaining(`curl: code: mirror ${pathToFileURL(scratch.path(bundle)).href}: `),
  ]);
  expect(existsSync(scratch.path('cache/git'))).toBe(true);
  const again = new GitRepository(scratch.path('repository'));
  again.write('file', 'content');
  expect(again.commit()).toBe(commit);
  const online = openScratchSources(scratch, { mirrors: [scratch.path('mirror')] });
  await online.sources.fetch([gitRequest(url, commit)]);
  expect(online.warnings).toHaveLength(1);
  expect(await sources.missing([gitRequest(url, commit)])).toEqual([]);
});

test('a mirror without the commit says nothing, and upstream serves', async () => {
  using scratch = new Scratch();
  const repository = new GitRepository(scratch.path('repository'));
  const commit = repository.commit();
  await using server = await serveFiles({});
  const { sources, warnings } = openScratchSources(scratch, { mirrors: [scratch.path('nowhere'), server.url] });
  await sources.fetch([gitRequest(pathToFileURL(repository.folder).href, commit)]);
  expect([warnings, server.requests]).toEqual([[], [`GET /git/${commit}.bundle`]]);
});
