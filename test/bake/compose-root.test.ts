import { expect, test } from 'vitest';
import { COMPOSITION, composeRoot } from '../../src/bake/compose-root.ts';
import { sha256 } from '../../src/model/digest.ts';
import { HARDENING, parseImageDefinition } from '../../src/recipe/image-definition.ts';
import { RootDraft } from '../../src/bake/root-draft.ts';

const EPOCH = 1_700_000_000;

/** A root with what is changed in it, and nothing else. */
function compose() {
  const definition = parseImageDefinition(
    'a.json',
    JSON.stringify({
      ...{ suite: 'bookworm', packages: ['systemd'], roles: ['master', 'slave'] },
      ...{ apt_sources: ['deb https://debian.example.org/debian bookworm main'], kernel_parameters: ['console=ttyS0'] },
      hardening: Object.keys(HARDENING),
    }),
    [],
  );
  const base = new RootDraft([], EPOCH);
  base.putFile('/etc/waagent.conf', '');
  base.putFolder('/etc/apparmor.d/local');
  const source = { variant: undefined, bootstrap: 'b', packages: [], version: '1.0.0', release: undefined };
  return composeRoot({
    base: base.finish().values().toArray(),
    dcos: [],
    source,
    definition: { shown: 'a.json', definition },
    epoch: EPOCH,
  });
}

test('what is written without being named by a definition has a number, which enters the id of the disk', () => {
  const entries = compose().tree.values().toArray();
  // If this fails, COMPOSITION of bake/compose-root.ts has to go up: images that are there would count as up to date.
  expect([COMPOSITION, sha256(JSON.stringify(entries)).slice(0, 16)]).toMatchInlineSnapshot(`
    [
      5,
      "2bcf062cf53f1528",
    ]
  `);
});

test('what waits for set-up, and what is enabled', () => {
  const { tree } = compose();
  const links = tree
    .values()
    .toArray()
    .flatMap((entry) => (entry.kind === 'link' ? [`${entry.path} -> ${entry.target}`] : []));
  expect(links).toEqual([
    '/etc/systemd/system/dcos.target.d/10-setup.conf -> /usr/lib/dcos/after-setup.conf',
    '/etc/systemd/system/multi-user.target.wants/dcos-setup.service -> /etc/systemd/system/dcos-setup.service',
    '/etc/systemd/system/multi-user.target.wants/dcos-wireserver-guard.service -> /etc/systemd/system/dcos-wireserver-guard.service',
    '/etc/systemd/system/multi-user.target.wants/dcos.target -> /etc/systemd/system/dcos.target',
  ]);
});
