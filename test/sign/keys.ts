/** Keys, packages and trust files to sign and verify with. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { sha256 } from '../../src/model/digest.ts';
import { signWith, type PrivateKey } from '../../src/sign/private-key.ts';
import { toPublicKey, type PublicKey } from '../../src/sign/public-key.ts';
import type { KeySigner } from '../../src/sign/signer.ts';
import type { Trust, TrustedKey } from '../../src/sign/trust.ts';

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A new key of each kind that can be used. */
export const KINDS = {
  ed25519: (): Pair => generateKeyPairSync('ed25519'),
  'ecdsa-p256': (): Pair => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'rsa-pss': (): Pair => generateKeyPairSync('rsa', { modulusLength: 2048 }),
} as const;

export function newKey(kind: keyof typeof KINDS = 'ed25519'): PrivateKey {
  const { privateKey, publicKey } = KINDS[kind]();
  return { object: privateKey, publicKey: toPublicKey(publicKey, kind) };
}

export function signerOf(key: PrivateKey): KeySigner {
  const { publicKey } = key;
  const sign = (message: Uint8Array) => Promise.resolve(signWith(key, message));
  return { kind: 'key', keyid: publicKey.keyid, publicKey, description: 'test', sign };
}

export function trusting(keys: readonly (PublicKey | TrustedKey)[], more: Partial<Trust> = {}): Trust {
  const entries = keys.map((key, index) => ('publicKey' in key ? key : { publicKey: key, name: `key ${index}` }));
  return { shown: 'trust.json', threshold: 1, identities: [], trustedRoot: undefined, ...more, keys: entries };
}

export const MANIFEST = {
  id: 'site--6eefb4c2649f74921c4f7eba2316b5e171ae84b3',
  file: 'site--6eefb4c2649f74921c4f7eba2316b5e171ae84b3.tar.xz',
  sha256: sha256('the tarball'),
  facts: {
    tool: 'dcos-build 0.1.0',
    builder: { name: 'debian', kind: 'root', id: `sha256:${'ab'.repeat(32)}` },
    sources: {
      curl: { kind: 'url_extract', url: 'https://user:secret@example.org/curl.tar.gz', sha1: 'AB'.repeat(20) },
      nginx: { kind: 'git', git: 'https://example.org/nginx.git', ref: 'cd'.repeat(20), ref_origin: 'v1' },
      local: { kind: 'git_local', rel_path: '../local' },
      zlib: {
        kind: 'deb_source',
        package: 'zlib',
        version: '1:1.2',
        file: 'zlib.orig.tar.gz',
        sha256: 'ef'.repeat(32),
      },
      libs: {
        kind: 'deb',
        packages: [{ package: 'libc6', version: '2.36-9', architecture: 'amd64', sha256: '01'.repeat(32) }],
      },
    },
    buildIds: {
      name: 'site',
      variant: '',
      requires: ['hello--6a265d6aac0aa50e3f8886d92604641d6b618c8e'],
      sources: { local: { commit: '23'.repeat(20) } },
    },
  },
} as const;
