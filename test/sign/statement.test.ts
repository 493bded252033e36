import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { packageDependency, packageStatement } from '../../src/sign/attest-package.ts';
import { releaseStatement } from '../../src/sign/attest-release.ts';
import { parseStatement } from '../../src/sign/statement.ts';
import { MANIFEST } from './keys.ts';

const text = (payload: Uint8Array): string => JSON.stringify(JSON.parse(Buffer.from(payload).toString()), undefined, 2);

test('the statement of a package has its sources with digests, its builder and its requirements', () => {
  const requirements = new Map([['hello--6a265d6aac0aa50e3f8886d92604641d6b618c8e', sha256('hello')]]);
  const startedMs = Date.parse('2026-11-29T12:00:00.700Z');
  const run = {
    requirements,
    treeCommit: '45'.repeat(20),
    startedMs,
    finishedMs: startedMs + 65_000,
    invocationId: 'r1',
  };
  expect(text(packageStatement(MANIFEST, run))).toMatchInlineSnapshot(`
    "{
      "_type": "https://in-toto.io/Statement/v1",
      "predicate": {
        "buildDefinition": {
          "buildType": "https://dcos-build.dev/package/v1",
          "externalParameters": {
            "component": "site",
            "id": "site--6eefb4c2649f74921c4f7eba2316b5e171ae84b3",
            "treeCommit": "4545454545454545454545454545454545454545",
            "variant": ""
          },
          "internalParameters": {
            "planDigest": {
              "sha256": "64db5b59b3cae878a9f1d0cc76a74f70a702d876e8e81cfc678125ec81515c6e"
            }
          },
          "resolvedDependencies": [
            {
              "digest": {
                "sha256": "abababababababababababababababababababababababababababababababab"
              },
              "name": "builder/debian"
            },
            {
              "digest": {
                "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
              },
              "name": "hello--6a265d6aac0aa50e3f8886d92604641d6b618c8e",
              "uri": "pkg:generic/dcos/hello@6a265d6aac0aa50e3f8886d92604641d6b618c8e"
            },
            {
              "digest": {
                "sha1": "abababababababababababababababababababab"
              },
              "name": "source/curl",
              "uri": "https://***@example.org/curl.tar.gz"
            },
            {
              "digest": {
                "sha256": "0101010101010101010101010101010101010101010101010101010101010101"
              },
              "name": "source/libs/libc6",
              "uri": "pkg:deb/debian/libc6@2.36-9?arch=amd64"
            },
            {
              "digest": {
                "gitCommit": "2323232323232323232323232323232323232323"
              },
              "name": "source/local"
            },
            {
              "digest": {
                "gitCommit": "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
              },
              "name": "source/nginx",
              "uri": "git+https://example.org/nginx.git"
            },
            {
              "digest": {
                "sha256": "efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef"
              },
              "name": "source/zlib",
              "uri": "pkg:deb/debian/zlib@1%3A1.2?arch=source"
            }
          ]
        },
        "runDetails": {
          "builder": {
            "id": "https://dcos-build.dev/builder/v1",
            "version": {
              "dcos-build": "0.1.0"
            }
          },
          "metadata": {
            "finishedOn": "2026-11-29T12:01:05Z",
            "invocationId": "r1",
            "startedOn": "2026-11-29T12:00:00Z"
          }
        }
      },
      "predicateType": "https://slsa.dev/provenance/v1",
      "subject": [
        {
          "digest": {
            "sha256": "9444287dee246d8a40b79422081a10430102ae982462a7c7e713e729b593d2d5"
          },
          "name": "site--6eefb4c2649f74921c4f7eba2316b5e171ae84b3.tar.xz"
        }
      ]
    }"
  `);
});

test('what is not known is left out', () => {
  const statement = text(packageStatement({ ...MANIFEST, facts: {} }));
  expect(statement).not.toMatch(/null|undefined|startedOn|treeCommit|planDigest|source\//);
  expect(statement).toContain('"metadata": {}');
});

test('the statement of a release does not depend on the order of what is in it', () => {
  const packages = ['a--1', 'b--2'].map((id) => packageDependency(id, sha256(id)));
  const subjects = ['release.json', 'base.json'].map((name) => ({ name, sha256: sha256(name) }));
  const release = { name: 'DC/OS', version: '1.7.0', channel: 'stable', variants: ['base', 'default'] };
  const more = { planDigest: sha256('plan'), parameters: { compression: 'xz' } };
  const one = releaseStatement({ ...release, ...more, subjects, dependencies: packages });
  const other = releaseStatement({
    ...release,
    ...more,
    subjects: subjects.toReversed(),
    dependencies: packages.toReversed(),
  });
  expect(one).toEqual(other);
  expect(text(one)).toMatchInlineSnapshot(`
    "{
      "_type": "https://in-toto.io/Statement/v1",
      "predicate": {
        "buildDefinition": {
          "buildType": "https://dcos-build.dev/release/v1",
          "externalParameters": {
            "channel": "stable",
            "compression": "xz",
            "name": "DC/OS",
            "variants": [
              "base",
              "default"
            ],
            "version": "1.7.0"
          },
          "internalParameters": {
            "planDigest": {
              "sha256": "64879f7d6b960a01909762d911a32d4582c20010c5641ee90278b644a9e3b525"
            }
          },
          "resolvedDependencies": [
            {
              "digest": {
                "sha256": "abcafb1689529fd058e87a2188b1b818d0a8c52f821670bffad548f6496356d6"
              },
              "name": "a--1",
              "uri": "pkg:generic/dcos/a@1"
            },
            {
              "digest": {
                "sha256": "183220112c6068ab2551991a083d33db05bc79e9ccb75d21221ed682a82a2535"
              },
              "name": "b--2",
              "uri": "pkg:generic/dcos/b@2"
            }
          ]
        },
        "runDetails": {
          "builder": {
            "id": "https://dcos-build.dev/builder/v1",
            "version": {
              "dcos-build": "0.1.0"
            }
          },
          "metadata": {}
        }
      },
      "predicateType": "https://slsa.dev/provenance/v1",
      "subject": [
        {
          "digest": {
            "sha256": "9858975495edd261aebe452f2665f86ff12f459b8e582d81c68aa8c126eaacdf"
          },
          "name": "base.json"
        },
        {
          "digest": {
            "sha256": "16903c7a4898d982fab69d1f9b86f84345e498ec58965bf6047383688818b4c3"
          },
          "name": "release.json"
        }
      ]
    }"
  `);
});

test('what is no provenance of ours is told from what is', () => {
  const good = JSON.parse(text(packageStatement(MANIFEST)));
  const parse = (value: unknown) => parseStatement(Buffer.from(JSON.stringify(value)));
  expect(parse(good)?.subjects).toEqual([{ name: MANIFEST.file, sha256: MANIFEST.sha256 }]);
  expect(parse({ ...good, subject: [1, { name: 'x' }, { name: 'y', digest: { sha256: 'short' } }] })?.subjects).toEqual(
    [],
  );
  const wrong = [
    null,
    [],
    { ...good, _type: 'https://in-toto.io/Statement/v0.1' },
    { ...good, predicateType: 'https://spdx.dev/Document' },
    { ...good, predicate: {} },
    { ...good, subject: {} },
  ];
  for (const value of wrong) expect(parse(value)).toBeUndefined();
  expect(parseStatement(Buffer.from('no json'))).toBeUndefined();
});
