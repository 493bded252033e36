import { describe, expect, test } from 'vitest';
import type { Bill } from '../../src/bom/bill.ts';
import { formatSpdx } from '../../src/bom/spdx.ts';
import { billComponent, billOf, COMMIT, FULL, HEX, OPTIONS } from '../rig/bills.ts';
import { spdxMistakes } from '../rig/spdx-schema.ts';

test.each<[string, Bill]>([
  ['everything', FULL],
  ['nothing', { release: undefined, variant: 'base', bootstrap: undefined, components: [] }],
  ['a component of which nothing is known', billOf(billComponent({ name: 'a' }))],
])('a bill with %s is a valid SPDX 2.3 document', (_, bill) => {
  expect(spdxMistakes(JSON.parse(formatSpdx(bill, OPTIONS)))).toEqual([]);
});

test.each([
  ['no expression', 'Do what you like'],
  ['of another document', 'DocumentRef-other:LicenseRef-theirs'],
  ['of its own, beside one of another', 'LicenseRef-ours OR DocumentRef-other:LicenseRef-theirs'],
])('a licence that is %s is told in words', (_, licence) => {
  const document = JSON.parse(
    formatSpdx(billOf(billComponent({ name: 'a', licence, licenceNote: 'Mostly.' })), OPTIONS),
  );
  expect(spdxMistakes(document)).toEqual([]);
  expect(document.packages.find(({ name }: { name: string }) => name === 'a')).toMatchObject({
    licenseDeclared: 'NOASSERTION',
    licenseComments: `Declared as "${licence}". Mostly.`,
  });
});

test('addresses with blanks become URIs', () => {
  const source = {
    name: 'x',
    kind: 'url',
    urls: ['https://example.org/a b.tar'],
    commit: undefined,
    hashes: [],
  } as const;
  const component = billComponent({
    name: 'a',
    homepage: 'https://example.org/<a b>',
    sources: [{ ...source, packages: [] }],
  });
  const text = formatSpdx(billOf(component), OPTIONS);
  expect(spdxMistakes(JSON.parse(text))).toEqual([]);
  expect(text).toContain('"homepage": "https://example.org/%3Ca%20b%3E"');
  expect(text).toContain('"downloadLocation": "https://example.org/a%20b.tar"');
});

test('what is no SPDX document is refused', () => {
  const document = JSON.parse(formatSpdx(FULL, OPTIONS));
  expect(spdxMistakes({ ...document, unknown: 1 })).not.toEqual([]);
  expect(spdxMistakes({ ...document, packages: [{ name: 'a', SPDXID: 'SPDXRef-a_b' }] })).not.toEqual([]);
  const [first] = document.packages;
  expect(spdxMistakes({ ...document, packages: [...document.packages, first] })).not.toEqual([]);
  expect(spdxMistakes({ ...document, hasExtractedLicensingInfos: [] })).toEqual(['LicenseRef-ours is not explained']);
  const { relationships } = document;
  expect(spdxMistakes({ ...document, relationships: [...relationships, relationships[0]] })).toHaveLength(1);
  const undescribed = relationships.filter((one: { relationshipType: string }) => one.relationshipType !== 'DESCRIBES');
  expect(spdxMistakes({ ...document, relationships: undescribed })).toEqual(['The document describes nothing']);
});

test('the same bill gives the same bytes, and another bill another name space', () => {
  const one = formatSpdx(FULL, OPTIONS);
  expect(formatSpdx(FULL, OPTIONS)).toBe(one);
  const spaceOf = (text: string): string => JSON.parse(text).documentNamespace;
  expect(spaceOf(one)).toMatch(/^https:\/\/spdx\.org\/spdxdocs\/DC-OS-1\.7\.0-[0-9a-f-]{36}$/);
  expect(spaceOf(formatSpdx(billOf(), OPTIONS))).not.toBe(spaceOf(one));
});

describe('the document', () => {
  const document = JSON.parse(formatSpdx(FULL, OPTIONS));
  const named = (name: string): Record<string, unknown> =>
    document.packages.find((one: { name: string }) => one.name === name);
  const relations = document.relationships.map(
    (one: { spdxElementId: string; relationshipType: string; relatedSpdxElement: string }) =>
      `${one.spdxElementId} ${one.relationshipType} ${one.relatedSpdxElement}`,
  );

  test('has licence, supplier, purl, CPE and, when built, hash and size of a component', () => {
    expect(named('app')).toMatchObject({
      versionInfo: '1.0',
      supplier: 'Organization: The authors',
      licenseDeclared: 'Apache-2.0 AND LicenseRef-ours',
      licenseComments: 'The icons are ours.',
      packageFileName: `app--${COMMIT}.tar.xz`,
      checksums: [{ algorithm: 'SHA256', checksumValue: HEX }],
      externalRefs: [{ referenceType: 'purl' }, { referenceType: 'cpe23Type' }],
      comment: 'The package has 12345 bytes.',
    });
    expect(named('lib')).toMatchObject({ comment: 'Its sources stand on a private mirror.' });
  });

  test('asserts nothing where nothing is known', () => {
    expect(named('lib_x/small')).toMatchObject({ licenseDeclared: 'NOASSERTION', supplier: 'NOASSERTION' });
    expect(named('lib_x/small')).not.toHaveProperty('versionInfo');
  });

  test('explains licences of the user’s own', () => {
    expect(document.hasExtractedLicensingInfos).toEqual([
      { licenseId: 'LicenseRef-ours', name: 'LicenseRef-ours', extractedText: 'The icons are ours.' },
    ]);
  });

  test('tells where the sources are from', () => {
    expect(named('git')).toMatchObject({ downloadLocation: `git+https://example.org/app.git@${COMMIT}` });
    expect(named('ssh')).toMatchObject({ downloadLocation: 'NOASSERTION', versionInfo: COMMIT });
    expect(named('url')).toMatchObject({
      downloadLocation: 'https://example.org/app.tar.gz',
      checksums: [{ algorithm: 'SHA256', checksumValue: HEX }],
    });
  });

  test('has the graph: what the release contains, requires, is made of and built with', () => {
    expect(relations).toEqual(
      expect.arrayContaining([
        'SPDXRef-DOCUMENT DESCRIBES SPDXRef-Release',
        'SPDXRef-Release CONTAINS SPDXRef-Package-app',
        'SPDXRef-Package-app DEPENDS_ON SPDXRef-Package-lib-x-small',
        'SPDXRef-Package-app GENERATED_FROM SPDXRef-Source-app-git',
        'SPDXRef-Package-lib GENERATED_FROM SPDXRef-Debian-liba1-amd64',
        'SPDXRef-Builder-debian BUILD_TOOL_OF SPDXRef-Package-app',
      ]),
    );
  });
});
