import { expect, test } from 'vitest';
import {
  parseDeb822,
  parseFields,
  parseOneLine,
  readDebianStanzas,
  renderStanzas,
} from '../../src/host/apt-sources.ts';
import { Scratch } from '../rig/scratch.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

test('both formats of apt say the same', () => {
  const deb822 = parseDeb822(`# a comment
Types: deb deb-src
# http://example.org/in/between
URIs: http://d.example.org/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: ${KEYRING}
`);
  const oneLine = parseOneLine(`# deb http://off.example.org x main
deb [arch=amd64 signed-by=${KEYRING}] http://d.example.org/debian bookworm main contrib # why
deb-src http://d.example.org/debian bookworm main
deb  [ signed-by=${KEYRING} ] http://d.example.org/debian   bookworm-updates main contrib
`);
  expect(deb822).toEqual(oneLine);
  expect(deb822).toHaveLength(2);
});

test('stanzas that are off, or of sources only, are passed over', () => {
  const body = 'URIs: http://d.example.org/debian\nSuites: x\nComponents: main\n';
  expect(parseDeb822(`Types: deb\n${body}Enabled: no\n\nTypes: deb-src\n${body}`)).toEqual([]);
});

test('a value keeps the lines that it goes on in', () => {
  expect(parseFields('A: 1\nList:\n one\n two\nB:  2 ')).toEqual(
    new Map([
      ['A', '1'],
      ['List', '\n one\n two'],
      ['B', '2'],
    ]),
  );
});

test('Debian’s stanzas are known by their keyring, and without one by their address', async () => {
  using scratch = new Scratch();
  scratch.write('apt/sources.list', 'deb http://old.example.org/debian/ bookworm main\n');
  scratch.write(
    'apt/sources.list.d/a.list',
    'deb [signed-by=/k/third.gpg] http://third.example.org/debian bookworm main\n',
  );
  scratch.write('apt/sources.list.d/b.list', 'deb http://third.example.org/node_20.x bookworm main\n');
  scratch.write('apt/sources.list.d/c.list.off', 'deb http://off.example.org/debian bookworm main\n');
  scratch.write(
    'apt/sources.list.d/d.sources',
    `Types: deb\nURIs: http://mirror.example.org/deb\nSuites: bookworm-security bookworm\nComponents: main\nSigned-By: ${KEYRING}\n`,
  );
  const paths = [scratch.path('apt/sources.list'), scratch.path('apt/sources.list.d'), scratch.path('apt/none')];
  const found = await readDebianStanzas(paths, undefined);
  expect(found.map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
    'http://old.example.org/debian/ bookworm',
    'http://mirror.example.org/deb bookworm-security',
    'http://mirror.example.org/deb bookworm',
  ]);
  const trixie = await readDebianStanzas(paths, 'trixie');
  expect(trixie.map(({ suite }) => suite)).toEqual(['trixie', 'trixie-security', 'trixie']);
});

test('what apt is given asks for sources too, signed by Debian, each stanza once', () => {
  const stanza = { uri: 'http://d.example.org/debian', suite: 'x', components: ['main'], fields: new Map() };
  expect(renderStanzas([stanza, { ...stanza }])).toBe(
    `Types: deb deb-src\nURIs: http://d.example.org/debian\nSuites: x\nComponents: main\nSigned-By: ${KEYRING}\n`,
  );
});
