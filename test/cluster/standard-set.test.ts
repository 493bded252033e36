import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { lintTemplate } from '../../src/arm/lint.ts';
import { expandTemplate } from '../../src/arm/expand.ts';
import type { ConfiguredTree } from '../../src/cluster/config/config-packages.ts';
import { isClusterTree, STANDARD_COUNTS, standardCluster } from '../../src/cluster/standard-set.ts';
import { templateMistakes } from '../rig/template-schemas.ts';
import { GALLERY_IMAGE } from './examples.ts';
import { customDataOf, fqdnOf } from './expansion.ts';

const tree: ConfiguredTree = {
  ...{ version: '1.7.0', commit: 'c'.repeat(40), variant: undefined, bootstrap: 'b'.repeat(40) },
  packages: ['dcos-image--1', 'mesos--1'],
};
const AZURE_TAKES_BYTES = 65_536;

/** What has to be said when one is deployed. */
const parameters = {
  agentEndpointDNSNamePrefix: 'agents',
  masterEndpointDNSNamePrefix: 'masters',
  masterSSHSourceAddressPrefixes: ['203.0.113.0/24'],
  masterWebSourceAddressPrefixes: ['203.0.113.0/24'],
  sshRSAPublicKey: 'ssh-ed25519 AAAA',
  vmImageId: 'id' in GALLERY_IMAGE ? GALLERY_IMAGE.id : '',
};

test.each(STANDARD_COUNTS)('nothing is found in the template for %i masters', (masters) => {
  const { template } = standardCluster(masters, tree);
  expect(templateMistakes(template)).toEqual([]);
  expect(lintTemplate(template)).toEqual([]);
  expect(lintTemplate(template, { parameters })).toEqual([]);
});

test.each(STANDARD_COUNTS)('nodes of a cluster of %i masters are told the packages of the release', (masters) => {
  const { template, packages } = standardCluster(masters, tree);
  const expansion = expandTemplate(template, {
    parameters,
    references: (id) => (id.includes('/publicIPAddresses/') ? { dnsSettings: { fqdn: fqdnOf(id) } } : undefined),
  });
  expect(expansion.mistakes).toEqual([]);
  const told = [...customDataOf(expansion).values()];
  expect(told).toHaveLength(masters + 2);
  for (const text of told) {
    expect(Buffer.byteLength(text)).toBeLessThan(AZURE_TAKES_BYTES / 4);
    const files: { path: string; content?: string }[] = JSON.parse(text.slice(text.indexOf('\n'))).write_files;
    const node = files.find(({ path }) => path === '/etc/dcos-node/node.json')?.content ?? '';
    expect(JSON.parse(gunzipSync(Buffer.from(node, 'base64')).toString())).toMatchObject({
      release: null,
      package_list: packages.list,
      late_package: { id: packages.late.id },
    });
  }
});

test('nothing has an image, or lets anybody in, by default', () => {
  for (const masters of STANDARD_COUNTS) {
    const text = JSON.stringify(standardCluster(masters, tree).template);
    expect(text).not.toMatch(/192\.0\.2\.|a parameter|ssh-(?:rsa|ed25519) A/);
  }
});

test.each([
  [undefined, ['dcos-image--1', 'mesos--1'], true],
  ['x', ['dcos-image--1'], true],
  [undefined, ['mesos--1', 'dcos-image-deps--1'], false],
  ['installer', ['dcos-image--1'], false],
  ['dcos-util', ['dcos-image--1'], false],
])('whether the tree %s of %j is for clusters: %j', (variant, packages, expected) => {
  expect(isClusterTree({ variant, packages })).toBe(expected);
});
