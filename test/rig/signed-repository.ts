/** Signs what a tree has built, as its publisher would. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseManifest, type Manifest } from '../../src/store/manifest.ts';
import { signPackage } from '../../src/sign/sign-package.ts';
import { keyFileSigner } from '../../src/sign/signer.ts';
import type { Rig } from './rig.ts';

/** Manifests of the packages in the store of a tree, with their paths. */
export function manifestsOf(rig: Rig): readonly { readonly path: string; readonly manifest: Manifest }[] {
  return globSync(rig.path('out/repository/packages/*/*.manifest.json')).flatMap((path) => {
    const manifest = parseManifest(readFileSync(path, 'utf8'), basename(path, '.manifest.json'));
    return manifest === undefined ? [] : [{ path, manifest }];
  });
}

/** Signs every package in the store of the tree with a key in one of its files. */
export async function signAll(rig: Rig, keyFile: string): Promise<void> {
  const signer = await keyFileSigner(rig.path(keyFile), keyFile, undefined);
  const { signal } = new AbortController();
  for (const { path, manifest } of manifestsOf(rig)) {
    const lines = await signPackage(manifest, { run: {}, signers: [signer], signal });
    writeFileSync(path.replace('.manifest.json', '.intoto.jsonl'), lines.map((line) => `${line}\n`).join(''));
  }
}
