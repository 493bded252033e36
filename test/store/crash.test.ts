import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { parsePackageId } from '../../src/model/package-id.ts';
import { FACTS, StoreRig } from './store-rig.ts';

const LOOP = join(import.meta.dirname, 'commit-loop.ts');
const ROUNDS = 6;
/** Packages that a process commits before it is killed: more than it comes to. */
const ROOM = 1000;

/** What counts as there must have the bytes that its manifest names. */
function expectNoWrongByte(rig: StoreRig, component: string): number {
  const names = readdirSync(rig.path('repository/packages', component)).filter((name) =>
    name.endsWith('.manifest.json'),
  );
  const ids = names.map((name) => parsePackageId(name.slice(0, -'.manifest.json'.length)));
  const manifests = ids.flatMap((id) => {
    const manifest = rig.packages.find(id);
    return manifest === undefined ? [] : [{ id, manifest }];
  });
  for (const { id, manifest } of manifests) {
    expect(sha256(readFileSync(rig.packages.tarball(id, manifest)))).toBe(manifest.sha256);
  }
  return manifests.length;
}

test('two processes on one store, killed at any moment, never show a wrong byte', async () => {
  using rig = new StoreRig();
  for (let round = 0; round < ROUNDS; round += 1) {
    const children = ['x', 'y'].map((letter) =>
      spawn(process.execPath, [LOOP, rig.folder, letter, String(round * ROOM)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const closed = Promise.all(children.map((child) => once(child, 'close')));
    await Promise.all(children.map((child) => once(child.stdout, 'data')));
    // They commit while this reads; how often it does decides the moment of the kill.
    for (let look = 0; look < 2 + round * 3; look += 1) {
      expectNoWrongByte(rig, 'a');
      await new Promise(setImmediate);
    }
    for (const child of children) child.kill('SIGKILL');
    await closed;
    expectNoWrongByte(rig, 'b');
  }
  expect(expectNoWrongByte(rig, 'a')).toBeGreaterThan(ROUNDS);
  const last = await rig.commitBytes(rig.id('b'), 'in the end', { replace: true });
  expect(rig.packages.find(rig.id('b'))).toEqual(last);
});

test('eight commits of one id at once: one wins, and all are told which', async () => {
  using rig = new StoreRig();
  const id = rig.id('a');
  const tarballs = Array.from({ length: 8 }, (_, index) => rig.write(`new/${index}`, `content ${index}`));
  const manifests = await Promise.all(
    tarballs.map((tarball, index) =>
      rig.packages.commit(id, {
        tarball,
        compression: 'xz',
        sha256: sha256(`content ${index}`),
        bytes: 9,
        facts: FACTS,
      }),
    ),
  );
  expect(new Set(manifests.map((manifest) => manifest.sha256)).size).toBe(1);
  expect(expectNoWrongByte(rig, 'a')).toBe(1);
});
