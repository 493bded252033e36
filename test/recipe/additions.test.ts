/** What our buildinfo.json has beyond pkgpanda's: none of it changes the id of a tree that does not use it. */
import { describe, expect, test } from 'vitest';
import type { PlannedComponent } from '../../src/resolve/plan.ts';
import { messagesOf, planMemory } from '../rig/memory-plan.ts';

const SHA1 = '0123456789abcdef0123456789abcdef01234567';
const SHA256 = 'ab'.repeat(32);
const URL = { kind: 'url', url: 'https://example.invalid/f.bin' };
const OLD = { ...URL, sha1: SHA1 };
const DEB = { package: 'curl', version: '7.88.1-10', sha256: SHA256 };

function planned(source: object): PlannedComponent | undefined {
  return planMemory({ 'a/buildinfo.json': { single_source: source } }).plan.components.get('a|null');
}

test('a sha256 besides a sha1 leaves the id as it was, and both are there to be verified', () => {
  const both = planned({ ...OLD, sha256: SHA256 });
  expect(both?.id).toBe(planned(OLD)?.id);
  expect(both?.sources.get('a')).toMatchObject({
    checksum: { algorithm: 'sha256', hex: SHA256 },
    secondChecksum: { algorithm: 'sha1', hex: SHA1 },
  });
});

test('a sha256 alone enters the id, in small letters', () => {
  expect(planned({ ...URL, sha256: SHA256.toUpperCase() })?.buildIds).toMatchObject({
    sources: { a: { downloaded_sha256: SHA256 } },
  });
});

test('unpacked_limit does not count for the id', () => {
  const extract = { ...OLD, kind: 'url_extract' };
  const limited = planned({ ...extract, unpacked_limit: 5_000_000 });
  expect(limited?.id).toBe(planned(extract)?.id);
  expect(limited?.sources.get('a')).toMatchObject({ unpackedLimit: 5_000_000 });
});

test('a source of Debian counts by its hash', () => {
  const source = planned({ kind: 'deb_source', file: 'curl_7.88.1.orig.tar.gz', ...DEB });
  expect(source?.buildIds['sources']).toEqual({ a: { downloaded_sha256: SHA256 } });
  const packages = planned({ kind: 'deb', packages: [{ architecture: 'amd64', ...DEB }] });
  expect(packages?.buildIds['sources']).toEqual({ a: { downloaded_sha256: [SHA256] } });
});

describe('refused', () => {
  test.each([
    [URL, 'source "a" lacks a checksum.'],
    [{ ...URL, sha256: 'x' }, 'source "a" has "x" as "sha256", which is no SHA-256.'],
    [{ ...OLD, unpacked_limit: 1 }, 'source "a" has the unknown key "unpacked_limit".'],
    [{ ...OLD, kind: 'url_extract', unpacked_limit: 0 }, 'source "a" has 0 as "unpacked_limit".'],
    [{ kind: 'deb_source', file: '../x', ...DEB }, 'source "a" has "../x" as "file".'],
    [{ kind: 'deb_source', ...DEB }, 'source "a" lacks the key "file".'],
    [{ kind: 'deb', packages: [] }, 'source "a" has a list as "packages".'],
    [{ kind: 'deb', packages: [5] }, 'source "a" has 5 in "packages".'],
    [{ kind: 'deb', packages: [DEB] }, 'source "a" (packages 1) lacks the key "architecture".'],
  ])('%j', (source, message) => {
    const [first] = messagesOf({ 'a/buildinfo.json': { single_source: source } });
    expect(first).toBe(`packages/a/buildinfo.json: ${message}`);
  });
});
