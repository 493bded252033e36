/** Bills of materials for tests of what is made of them. */
import type { Bill, BillComponent } from '../../src/bom/bill.ts';
import type { DocumentOptions } from '../../src/bom/document.ts';

export const HEX = '0123456789abcdef'.repeat(4);
export const COMMIT = '89abcdef01'.repeat(4);

export const OPTIONS: DocumentOptions = {
  epoch: 1_461_024_000,
  tool: { name: 'dcos-build', version: '1.2.3' },
  builders: new Map([
    [
      'debian',
      {
        suite: 'bookworm',
        architecture: 'amd64',
        packages: [
          { name: 'zlib1g', version: '1:1.2.13', architecture: 'amd64', sha256: HEX },
          { name: 'apt', version: '2.6.1', architecture: 'amd64', sha256: HEX },
        ],
      },
    ],
  ]),
};

/** A component of which nothing is known but what is given. */
export function billComponent(given: Partial<BillComponent> & { readonly name: string }): BillComponent {
  const { name, variant } = given;
  return {
    label: variant === undefined ? name : `${name}/${variant}`,
    variant: undefined,
    id: `${name}--${COMMIT}`,
    version: undefined,
    summary: undefined,
    licence: undefined,
    licenceNote: undefined,
    homepage: undefined,
    supplier: undefined,
    purl: undefined,
    cpe: undefined,
    availability: 'public',
    requires: [],
    sources: [],
    builder: { name: 'debian', kind: 'root', id: `sha256:${HEX}` },
    package: undefined,
    ...given,
  };
}

export function billOf(...components: readonly BillComponent[]): Bill {
  return {
    release: { name: 'DC/OS', version: '1.7.0', channel: 'stable', codename: 'Early' },
    variant: undefined,
    bootstrap: COMMIT,
    components,
  };
}

/** A bill with something of every kind. */
export const FULL = billOf(
  billComponent({
    name: 'app',
    version: '1.0',
    summary: 'An "application" <of> ours & theirs.',
    licence: 'Apache-2.0 AND LicenseRef-ours',
    licenceNote: 'The icons are ours.',
    homepage: 'https://example.org/app',
    supplier: 'The authors',
    purl: 'pkg:generic/app@1.0',
    cpe: 'cpe:2.3:a:vendor:app:1.0:*:*:*:*:*:*:*',
    requires: ['lib', 'lib_x/small'],
    sources: [
      { name: 'git', kind: 'git', urls: ['https://example.org/app.git'], commit: COMMIT, hashes: [], packages: [] },
      { name: 'local', kind: 'git_local', urls: [], commit: COMMIT, hashes: [], packages: [] },
      {
        name: 'ssh',
        kind: 'git',
        urls: ['git@example.org:app.git'],
        commit: COMMIT,
        hashes: [],
        packages: [],
      },
      {
        name: 'url',
        kind: 'url_extract',
        urls: ['https://example.org/app.tar.gz'],
        commit: undefined,
        hashes: [
          { algorithm: 'sha256', hex: HEX.toUpperCase() },
          { algorithm: 'sha1', hex: 'not a hash at all' },
        ],
        packages: [],
      },
    ],
    package: { file: `app--${COMMIT}.tar.xz`, sha256: HEX, bytes: 12_345 },
  }),
  billComponent({
    name: 'lib',
    licence: 'MIT',
    availability: 'private',
    builder: { name: 'image:tag', kind: 'image', id: 'an id of another form' },
    sources: [
      {
        name: 'deb',
        kind: 'deb',
        urls: [],
        commit: undefined,
        hashes: [],
        packages: [
          { package: 'liba1', version: '1:2.0~rc1+b1', architecture: 'amd64', sha256: HEX },
          { package: 'libb', version: '1-1', architecture: 'all', sha256: HEX.replace('0', 'f') },
        ],
      },
    ],
  }),
  billComponent({
    name: 'lib_x',
    variant: 'small',
    id: `lib_x--${HEX.slice(0, 40)}`,
    sources: [
      {
        name: 'source',
        kind: 'deb_source',
        urls: [],
        commit: undefined,
        hashes: [{ algorithm: 'sha256', hex: HEX }],
        packages: [{ package: 'libx', version: '1.0-1', architecture: 'source', sha256: HEX }],
      },
    ],
  }),
);
