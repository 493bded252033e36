/** Bills for tests: small ones by hand, and any. */
import fc from 'fast-check';
import type { AnyBill, AnyComponent } from '../../src/bom/any-bill.ts';
import { bareComponent, sortedComponents } from '../../src/bom/bom-file.ts';

/** A component of a tree, of which nothing is unknown that a tree tells. */
export function component(name: string, facts: Partial<AnyComponent> = {}): AnyComponent {
  const variant = facts.variant;
  return {
    ...bareComponent(name),
    label: variant === undefined ? name : `${name}/${variant}`,
    id: `${name}--1`,
    version: '1.0',
    licence: 'MIT',
    availability: 'public',
    requires: [],
    sources: [],
    builder: { name: 'debian', id: 'sha256:1' },
    ...facts,
  };
}

export function billOf(...components: readonly AnyComponent[]): AnyBill {
  return { release: undefined, variant: undefined, bootstrap: undefined, components: sortedComponents(components) };
}

const hex = fc.constantFrom('a'.repeat(64), 'b'.repeat(64));
const source = fc.record({
  name: fc.constantFrom('main', 'patch'),
  kind: fc.constantFrom('url', 'git'),
  urls: fc.subarray(['https://example.org/x']),
  commit: fc.option(hex, { nil: undefined }),
  hashes: fc.array(fc.record({ algorithm: fc.constant('sha256' as const), hex }), { maxLength: 1 }),
  packages: fc.constant([]),
});

function unknown<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.option(value, { nil: undefined, freq: 4 });
}

const anyComponent = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    variant: fc.constantFrom(undefined, undefined, 'quick'),
    id: unknown(fc.constantFrom('x--1', 'x--2')),
    version: unknown(fc.constantFrom('1.0', '1.1', '2.0-rc1', '1.0.2g', 'deadbeef1', 'none')),
    licence: unknown(fc.constantFrom('MIT', 'Apache-2.0')),
    requires: unknown(fc.subarray(['a', 'b', 'c'])),
    sources: unknown(fc.uniqueArray(source, { selector: ({ name }) => name })),
    builder: unknown(fc.constantFrom({ name: 'debian', id: '1' }, { name: 'debian', id: '2' })),
    package: unknown(fc.record({ file: fc.constant('f'), sha256: hex, bytes: fc.nat({ max: 3 }) })),
  })
  .map(({ name, ...facts }) => component(name, facts));

/** Labels may come more than once, as they do in files of others. */
export const anyBill: fc.Arbitrary<AnyBill> = fc.array(anyComponent, { maxLength: 6 }).map((all) => billOf(...all));

/** Every label once, as in a tree. */
export const treeBill: fc.Arbitrary<AnyBill> = fc
  .uniqueArray(anyComponent, { maxLength: 6, selector: ({ label }) => label })
  .map((all) => billOf(...all));
