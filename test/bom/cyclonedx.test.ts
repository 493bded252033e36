import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { describe, expect, test } from 'vitest';
import type { Bill } from '../../src/bom/bill.ts';
import { formatCycloneDx } from '../../src/bom/cyclonedx.ts';
import { billComponent, billOf, COMMIT, FULL, HEX, OPTIONS } from '../rig/bills.ts';

const validator = new JsonStrictValidator(Version.v1dot6);

test.each<[string, Bill]>([
  ['everything', FULL],
  ['nothing', { release: undefined, variant: 'base', bootstrap: undefined, components: [] }],
  ['a component of which nothing is known', billOf(billComponent({ name: 'a' }))],
])('a bill with %s is valid to the strict validator of CycloneDX 1.6', async (_, bill) => {
  expect(await validator.validate(formatCycloneDx(bill, OPTIONS))).toBeNull();
});

test('a licence that is no SPDX expression is told by its name', async () => {
  const text = formatCycloneDx(billOf(billComponent({ name: 'a', licence: 'Do what you like' })), OPTIONS);
  expect(await validator.validate(text)).toBeNull();
  expect(JSON.parse(text).components[0].licenses).toEqual([
    { license: { name: 'Do what you like', acknowledgement: 'declared' } },
  ]);
});

test('the validator refuses what is no CycloneDX', async () => {
  expect(await validator.validate('{"bomFormat": "CycloneDX", "specVersion": "1.6", "unknown": 1}')).not.toBeNull();
});

test('the same bill gives the same bytes, and another bill another serial number', () => {
  const one = formatCycloneDx(FULL, OPTIONS);
  expect(formatCycloneDx(FULL, OPTIONS)).toBe(one);
  const other = formatCycloneDx(billOf(billComponent({ name: 'a' })), OPTIONS);
  const serialOf = (text: string): string => JSON.parse(text).serialNumber;
  expect(serialOf(one)).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(serialOf(other)).not.toBe(serialOf(one));
});

describe('the document', () => {
  const document = JSON.parse(formatCycloneDx(FULL, OPTIONS));
  const [app, lib, libx] = document.components;

  test('names the release and bears the time of the builds', () => {
    expect(document.metadata).toMatchObject({
      timestamp: '2016-04-19T00:00:00.000Z',
      component: { name: 'DC/OS', version: '1.7.0' },
      tools: { components: [{ name: 'dcos-build', version: '1.2.3' }] },
    });
  });

  test('has licence, supplier, purl, CPE and, when built, hash and size of a component', () => {
    expect(app).toMatchObject({
      name: 'app',
      version: '1.0',
      supplier: { name: 'The authors' },
      licenses: [{ expression: 'Apache-2.0 AND LicenseRef-ours', acknowledgement: 'declared' }],
      purl: 'pkg:generic/app@1.0',
      cpe: 'cpe:2.3:a:vendor:app:1.0:*:*:*:*:*:*:*',
      hashes: [{ alg: 'SHA-256', content: HEX }],
    });
    expect(app.properties).toContainEqual({ name: 'dcos-build:package-bytes', value: '12345' });
    expect(lib.properties).toContainEqual({ name: 'dcos-build:availability', value: 'private' });
    expect(lib.hashes).toBeUndefined();
  });

  test('tells where the sources are from, with those hashes that can be one', () => {
    expect(app.externalReferences).toContainEqual({
      type: 'source-distribution',
      url: 'https://example.org/app.tar.gz',
      comment: 'url',
      hashes: [{ alg: 'SHA-256', content: HEX }],
    });
    expect(app.externalReferences).toContainEqual({
      type: 'vcs',
      url: 'https://example.org/app.git',
      comment: `git: commit ${COMMIT}`,
    });
    expect(libx.externalReferences[0].url).toBe('pkg:deb/debian/libx@1.0-1?arch=source');
  });

  test('has the Debian packages that a component consists of as its parts', () => {
    expect(lib.components.map(({ purl }: { purl: string }) => purl)).toEqual([
      'pkg:deb/debian/liba1@1:2.0~rc1%2Bb1?arch=amd64',
      'pkg:deb/debian/libb@1-1?arch=all',
    ]);
  });

  test('has the graph of direct requirements', () => {
    const needs = new Map(
      document.dependencies.map((one: { ref: string; dependsOn?: string[] }) => [one.ref, one.dependsOn ?? []]),
    );
    expect(needs.get(app['bom-ref'])).toEqual([lib['bom-ref'], libx['bom-ref']]);
    expect(needs.get('release')).toEqual([app, lib, libx].map((component) => component['bom-ref']));
  });

  test('lists the locked packages of the builder roots as the formulation', () => {
    const [{ components }] = document.formulation;
    expect(components).toMatchObject([
      { name: 'debian', type: 'operating-system', components: [{ name: 'apt' }, { name: 'zlib1g' }] },
      { name: 'image:tag', type: 'container' },
    ]);
  });
});
