/** What we write is what we read: a bill, written and read back, does not differ from itself. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bill, BillComponent, BillSource } from '../../src/bom/bill.ts';
import { formatCycloneDx } from '../../src/bom/cyclonedx.ts';
import { diffBills, isDifferent } from '../../src/bom/diff-bills.ts';
import { readBom } from '../../src/bom/read-bom.ts';
import { formatSpdx } from '../../src/bom/spdx.ts';
import { sha256 as digest } from '../../src/model/digest.ts';

const OPTIONS = { epoch: 1_461_024_000, tool: { name: 'dcos-build', version: '1.2.3' } };

/** Plain objects: those of fast-check may have no prototype. */
function record<Value>(model: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }): fc.Arbitrary<Value> {
  return fc.record<Value>(model, { noNullPrototype: true });
}

const sha256 = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16).padStart(64, '0'));
const word = fc.string({ unit: fc.constantFrom('a', 'b', '1', '2', '.', '+', '~'), minLength: 1, maxLength: 5 });
const name = fc.constantFrom('curl', 'python-six', 'networking_api', '3dt');
const hash = sha256.map((hex) => ({ algorithm: 'sha256' as const, hex }));

function packages(architecture: fc.Arbitrary<string>, most: number): fc.Arbitrary<BillSource['packages']> {
  const one = record({ package: name, version: word, architecture, sha256 });
  return fc.uniqueArray(one, { minLength: 1, maxLength: most, selector: (each) => each.package });
}

const facts = fc.oneof<fc.Arbitrary<Omit<BillSource, 'name'>>[]>(
  record({
    kind: fc.constantFrom('url', 'url_extract'),
    urls: fc.constantFrom(['https://example.org/a%20b.tar.gz'], ['https://***@example.org/x?sig=***']),
    commit: fc.constant(undefined),
    hashes: fc.tuple(hash).map((hashes) => hashes),
    packages: fc.constant([]),
  }),
  record({
    kind: fc.constantFrom('git', 'git_local'),
    urls: fc.constant([]),
    commit: fc.constantFrom('a'.repeat(40), 'b'.repeat(40)),
    hashes: fc.constant([]),
    packages: fc.constant([]),
  }),
  packages(fc.constant('source'), 1).map((all) => ({
    kind: 'deb_source' as const,
    urls: [],
    commit: undefined,
    hashes: [],
    packages: all,
  })),
  packages(fc.constantFrom('all', 'amd64'), 3).map((all) => ({
    kind: 'deb' as const,
    urls: [],
    commit: undefined,
    hashes: [],
    packages: all,
  })),
);
const source = fc.tuple(fc.constantFrom('main', 'patch', 'x-1'), facts).map(([called, rest]): BillSource => {
  // A file is of one package, and of one source of a component.
  const own = rest.packages.map((each) => {
    const unique = `${called}-${each.package}`;
    return { ...each, package: unique, sha256: digest(`${unique} ${each.version} ${each.architecture}`) };
  });
  const hashes =
    rest.kind === 'deb_source' ? own.map(({ sha256: hex }) => ({ algorithm: 'sha256' as const, hex })) : rest.hashes;
  return {
    name: called,
    ...rest,
    hashes,
    packages: own,
    urls: rest.kind === 'git' ? ['https://example.org/x.git'] : rest.urls,
  };
});

function maybe<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined });
}

const component = record<Omit<BillComponent, 'label' | 'id' | 'requires'>>({
  name,
  variant: fc.constantFrom(undefined, 'quick'),
  version: maybe(fc.constantFrom('1.0', '2016a', '1.0.2g')),
  summary: maybe(fc.constant('A part.')),
  licence: maybe(fc.constantFrom('MIT', 'Apache-2.0 OR BSD-3-Clause', 'GPL-2.0-only WITH Classpath-exception-2.0')),
  licenceNote: maybe(fc.constant('The tests: MIT.')),
  homepage: maybe(fc.constant('https://example.org/')),
  supplier: maybe(fc.constant('Example Ltd')),
  purl: maybe(fc.constant('pkg:generic/x@1.0')),
  cpe: maybe(fc.constant('cpe:2.3:a:x:y:1.0:*:*:*:*:*:*:*')),
  availability: fc.constantFrom('public', 'private'),
  sources: fc
    .uniqueArray(source, { maxLength: 3, selector: (each) => each.name })
    .map((all) => all.toSorted((a, b) => (a.name < b.name ? -1 : 1))),
  builder: fc.constantFrom(
    { name: 'debian', kind: 'root', id: `sha256:${'a'.repeat(64)}` },
    { name: 'dcos/dcos-builder:x', kind: 'image', id: 'sha256:1' },
  ),
  package: maybe(record({ file: fc.constant('x--1.tar.xz'), sha256, bytes: fc.nat() })),
});

const bill: fc.Arbitrary<Bill> = record({
  release: maybe(
    record({
      name: fc.constant('DC/OS'),
      version: fc.constantFrom('1.7.0', '1.8-dev'),
      channel: maybe(fc.constant('stable')),
      codename: maybe(fc.constant('First')),
    }),
  ),
  variant: fc.constantFrom(undefined, 'base'),
  bootstrap: fc.constantFrom('c'.repeat(40), 'd'.repeat(40)),
  components: fc.uniqueArray(component, { maxLength: 4, selector: (each) => `${each.name}/${each.variant}` }),
}).chain((whole) => {
  const labels = whole.components.map((each) =>
    each.variant === undefined ? each.name : `${each.name}/${each.variant}`,
  );
  const needs = fc.tuple(...labels.map(() => fc.subarray(labels.toSorted())));
  return needs.map((requires): Bill => {
    const components = whole.components.map((each, at) => {
      const label = labels[at] ?? '';
      return {
        ...each,
        label,
        id: `${each.name}--${at}`,
        requires: (requires[at] ?? []).filter((need) => need !== label),
      };
    });
    return { ...whole, components: components.toSorted((a, b) => (a.label < b.label ? -1 : 1)) };
  });
});

test.each([
  ['CycloneDX', formatCycloneDx],
  ['SPDX', formatSpdx],
])('%s: a bill that was written and read back does not differ, nor has it lost anything that differs', (_, format) => {
  fc.assert(
    fc.property(bill, bill, (one, other) => {
      const [back, otherBack] = [one, other].map((each) => readBom('bom.json', format(each, OPTIONS)));
      if (back === undefined || otherBack === undefined) throw new Error('two bills');
      expect(diffBills(one, back)).toMatchObject({ added: [], removed: [], changed: [] });
      expect(isDifferent(diffBills(back, otherBack))).toBe(isDifferent(diffBills(one, other)));
      expect([back.release, back.variant, back.bootstrap]).toEqual([one.release, one.variant, one.bootstrap]);
    }),
    { numRuns: 60 },
  );
});
