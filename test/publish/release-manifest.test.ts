import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { openRelease, sealRelease, type ReleaseManifest } from '../../src/publish/release-manifest.ts';
import { releaseOf } from './releases.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const name = fc.stringMatching(/^[a-z+@]{1,6}(\/[a-z]{1,6}){0,2}$/);
const blob = fc.record({
  name,
  sha256: text.map((content) => sha256(content)),
  bytes: fc.nat(),
  mediaType: text,
});
const manifests: fc.Arbitrary<ReleaseManifest> = fc.record({
  name: text,
  version: fc.stringMatching(/^\d[\w.+~-]{0,6}$/),
  codename: fc.option(text, { nil: undefined }),
  tag: text,
  commit: fc.option(fc.stringMatching(/^[0-9a-f]{40}$/), { nil: undefined }),
  isChanged: fc.boolean(),
  tool: text,
  trees: fc.array(
    fc.record({ variant: fc.option(text, { nil: undefined }), bootstrap: text, packages: fc.array(text) }),
  ),
  artifacts: fc.uniqueArray(blob, { selector: (one) => one.name }),
  files: fc.uniqueArray(blob, { selector: (one) => one.name }),
});

test('a manifest that is sealed is opened as it was, whatever the order of its lists', () => {
  fc.assert(
    fc.property(manifests, (manifest) => {
      const sealed = sealRelease(manifest);
      const { artifacts, files } = manifest;
      expect(sealRelease({ ...manifest, artifacts: artifacts.toReversed(), files: files.toReversed() })).toMatchObject({
        id: sealed.id,
        text: sealed.text,
      });
      const opened = openRelease(sealed.id, sealed.text);
      expect(sealRelease(opened.manifest).text).toBe(sealed.text);
      expect(opened.manifest.trees).toEqual(manifest.trees);
      expect(opened.manifest.artifacts).toEqual(expect.arrayContaining([...artifacts]));
    }),
  );
});

test('a manifest in which one character was changed is not that of its id', () => {
  const { id, text: sealed } = releaseOf({ tag: 'a tag' });
  fc.assert(
    fc.property(fc.nat({ max: sealed.length - 1 }), fc.constantFrom('0', 'x', ' '), (at, letter) => {
      fc.pre(sealed[at] !== letter);
      const changed = sealed.slice(0, at) + letter + sealed.slice(at + 1);
      expect(() => openRelease(id, changed)).toThrow(expect.objectContaining({ code: 'RELEASE_DAMAGED' }));
    }),
  );
});

test.each(['../secret', '/etc/passwd', 'a//b', 'packages/../../x', ''])(
  'a name such as "%s" is no name of a blob',
  (bad) => {
    const { id, text: sealed } = releaseOf({
      artifacts: [{ name: bad, sha256: sha256(''), bytes: 0, mediaType: 'x' }],
    });
    expect(() => openRelease(id, sealed)).toThrow('lacks something');
  },
);

test('a manifest of a newer form is refused in a sentence that names both', () => {
  const { id, text: sealed } = releaseOf({});
  expect(() => openRelease(id, sealed.replace('release 1', 'release 2'))).toThrow(
    'has the schema "dcos-build release 2", and this dcos-build reads "dcos-build release 1"',
  );
});
