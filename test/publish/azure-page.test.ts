import { expect, test } from 'vitest';
import { metadata, pkgpandaFiles } from '../../src/publish/pkgpanda-files.ts';
import { artifact, releaseOf } from './releases.ts';

const ID = 'a'.repeat(40);
const release = releaseOf({
  tag: 'first & <best>',
  commit: 'c'.repeat(40),
  artifacts: [
    artifact(`packages/dcos-config/dcos-config--setup_${ID}.tar.xz`),
    artifact(`packages/dcos-provider-${ID}-azure/dcos-provider-${ID}-azure--setup.dcos_config`),
  ],
  files: ['plan.json', 'azure/acs-1master.azuredeploy.json', 'azure/x.acs-3master.azuredeploy.json'].map(artifact),
});
const azure = { storage: 'azure', url: 'https://acme.blob.core.windows.net/dcos/', repository: 'testing' };

function pageOf(place: typeof azure): string {
  const page = pkgpandaFiles(release, 'a/b', place).find(({ name }) => name === 'a/b/azure.html');
  return page !== undefined && 'text' in page.content ? page.content.text : '';
}

test('links open the portal with the template of that very commit', async () => {
  await expect(pageOf(azure)).toMatchFileSnapshot('goldens/azure-page.txt');
});

test('a store that Azure cannot read gets links to the templates alone', () => {
  const page = pageOf({ ...azure, url: 'file:///srv/dcos/' });
  expect(page).not.toContain('portal.azure.com');
  expect(page).toContain('Azure reads templates at https addresses only');
});

test('templates stand in the folder of the commit and in the channel, before what names them', () => {
  const names = pkgpandaFiles(release, 'c', azure).map(({ name }) => name);
  expect(names).toEqual(
    [`c/commit/${'c'.repeat(40)}/`, 'c/'].flatMap((folder) =>
      [
        'version',
        'azure/acs-1master.azuredeploy.json',
        'azure/x.acs-3master.azuredeploy.json',
        'azure.html',
        'metadata.json',
      ].map((file) => `${folder}${file}`),
    ),
  );
});

test("metadata.json names what DC/OS's tools would make of Azure", () => {
  expect(metadata(release, 'c', azure).channel_artifacts).toEqual([
    { channel_path: 'version', content_type: 'text/plain; charset=utf-8' },
    { reproducible_path: `packages/dcos-config/dcos-config--setup_${ID}.tar.xz` },
    { reproducible_path: `packages/dcos-provider-${ID}-azure/dcos-provider-${ID}-azure--setup.dcos_config` },
    { channel_path: 'azure/acs-1master.azuredeploy.json', content_type: 'application/json; charset=utf-8' },
    { channel_path: 'azure/x.acs-3master.azuredeploy.json', content_type: 'application/json; charset=utf-8' },
    { channel_path: 'azure.html', content_type: 'text/html; charset=utf-8' },
  ]);
});
