import { expect, test } from 'vitest';
import { readBom } from '../../src/bom/read-bom.ts';
import { UserError } from '../../src/model/errors.ts';

function cycloneDx(specVersion: string, more: object = {}): string {
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion,
    metadata: { component: { type: 'application', name: 'shop', version: '3.1' } },
    components: [
      {
        type: 'library',
        'bom-ref': 'b',
        name: 'b',
        version: '2.0',
        licenses: [{ license: { id: 'MIT' } }, { license: { name: 'Own OR Other' } }],
        purl: 'pkg:npm/b@2.0',
        cpe: 'cpe:2.3:a:b:b:2.0:*:*:*:*:*:*:*',
        supplier: { name: 'B Ltd' },
        externalReferences: [
          { type: 'vcs', url: 'https://example.org/b.git' },
          { type: 'website', url: 'https://example.org/b' },
        ],
      },
      {
        type: 'library',
        'bom-ref': 'a',
        group: '@x',
        name: 'a',
        version: '1.0',
        licenses: [{ expression: 'MIT OR ISC' }],
      },
      { type: 'library', name: 'loose', components: [{ type: 'library', 'bom-ref': 'in', name: 'inner' }] },
    ],
    dependencies: [{ ref: 'a', dependsOn: ['b', 'not-there'] }, { ref: 'b' }],
    ...more,
  });
}

test.each(['1.4', '1.5', '1.6'])('CycloneDX %s is read: names, versions, licences, requirements', (version) => {
  const bill = readBom('bom.json', cycloneDx(version));
  expect(bill.release).toMatchObject({ name: 'shop', version: '3.1' });
  expect(bill.components).toMatchObject([
    { label: '@x/a', version: '1.0', licence: 'MIT OR ISC', requires: ['b'], id: undefined, sources: undefined },
    {
      label: 'b',
      version: '2.0',
      licence: 'MIT AND (Own OR Other)',
      requires: [],
      supplier: 'B Ltd',
      homepage: 'https://example.org/b',
      purl: 'pkg:npm/b@2.0',
      cpe: 'cpe:2.3:a:b:b:2.0:*:*:*:*:*:*:*',
    },
    { label: 'inner' },
    { label: 'loose', version: undefined, licence: undefined, requires: undefined },
  ]);
});

function spdx(more: object = {}): string {
  return JSON.stringify({
    spdxVersion: 'SPDX-2.3',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: 'shop',
    packages: [
      { SPDXID: 'SPDXRef-shop', name: 'shop', versionInfo: '3.1', downloadLocation: 'NOASSERTION' },
      {
        SPDXID: 'SPDXRef-a',
        name: 'a',
        versionInfo: '1.0',
        licenseDeclared: 'MIT',
        supplier: 'Organization: A Ltd',
        homepage: 'NONE',
        externalRefs: [
          { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:pypi/a@1.0' },
          {
            referenceCategory: 'SECURITY',
            referenceType: 'cpe23Type',
            referenceLocator: 'cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*',
          },
        ],
      },
      { SPDXID: 'SPDXRef-b', name: 'b', licenseDeclared: 'NOASSERTION', licenseConcluded: 'ISC' },
    ],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-shop' },
      { spdxElementId: 'SPDXRef-shop', relationshipType: 'CONTAINS', relatedSpdxElement: 'SPDXRef-a' },
      { spdxElementId: 'SPDXRef-b', relationshipType: 'DEPENDENCY_OF', relatedSpdxElement: 'SPDXRef-a' },
    ],
    ...more,
  });
}

test('SPDX 2.3 is read, without the package that holds the others', () => {
  const bill = readBom('bom.json', spdx());
  expect(bill.release).toMatchObject({ name: 'shop', version: '3.1' });
  expect(bill.components).toMatchObject([
    {
      label: 'a',
      version: '1.0',
      licence: 'MIT',
      supplier: 'A Ltd',
      homepage: undefined,
      purl: 'pkg:pypi/a@1.0',
      cpe: 'cpe:2.3:a:a:a:1.0:*:*:*:*:*:*:*',
      requires: ['b'],
    },
    { label: 'b', version: undefined, licence: 'ISC', requires: [] },
  ]);
});

test('a document that describes each of its packages has them all, and without relations none requires anything known', () => {
  const documentDescribes = ['SPDXRef-shop', 'SPDXRef-a', 'SPDXRef-b'];
  const bill = readBom('bom.json', spdx({ documentDescribes, relationships: [] }));
  expect(bill.release).toBeUndefined();
  expect(bill.components.map(({ label, requires }) => [label, requires])).toEqual([
    ['a', undefined],
    ['b', undefined],
    ['shop', undefined],
  ]);
});

test.each([
  [
    'a newer CycloneDX',
    cycloneDx('1.7'),
    'bom.json is CycloneDX 1.7, which is not known here; 1.4, 1.5 and 1.6 are.',
    'specVersion',
  ],
  [
    'CycloneDX without a version',
    '{"bomFormat": "CycloneDX"}',
    'bom.json is CycloneDX without a version, which is not known here; 1.4, 1.5 and 1.6 are.',
    'specVersion',
  ],
  [
    'an older SPDX',
    spdx({ spdxVersion: 'SPDX-2.2' }),
    'bom.json is SPDX-2.2, which is not known here; only SPDX-2.3 is.',
    'spdxVersion',
  ],
  [
    'SPDX 3',
    '{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}',
    'bom.json is SPDX-3.0.1, which is not known here; only SPDX-2.3 is.',
    '@context',
  ],
  [
    'a component without a name',
    cycloneDx('1.6', { components: [{ version: '1' }] }),
    'bom.json has a component without "name".',
    'components.0',
  ],
  [
    'a package without an id',
    spdx({ packages: [{ name: 'a' }] }),
    'bom.json has a package without "SPDXID" or "name".',
    'packages.0',
  ],
  [
    'something else',
    '{}',
    'bom.json is no bill of materials: it has neither "bomFormat" nor "spdxVersion".',
    undefined,
  ],
  ['XML', '<?xml version="1.0"?>', 'bom.json is XML; only JSON can be read.', undefined],
])('%s is refused with one sentence and its place', (_, text, message, key) => {
  const error = refusal(() => readBom('bom.json', text));
  expect(error).toMatchObject({ code: 'BOM_INVALID', message, exitCode: 2 });
  expect(error.place?.key).toBe(key);
});

test('a file that was cut off is refused with line and column', () => {
  const error = refusal(() => readBom('bom.json', '{\n  "bomFormat": "Cyc'));
  expect(error.code).toBe('BOM_INVALID');
  expect(error.place).toMatchObject({ file: 'bom.json', line: 2 });
});

function refusal(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
