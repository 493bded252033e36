import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sshKeyMistake } from '../../../src/recipe/cluster-rules/ssh-keys.ts';
import { clusterMistakes } from '../../rig/cluster-file.ts';

function field(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

function sshLine(type: string, ...fields: readonly Buffer[]): string {
  return `${type} ${Buffer.concat([Buffer.from(type), ...fields].map((one) => field(one))).toString('base64')} me@here`;
}

function rsaLine(modulusLength: number): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const modulus = Buffer.from(n, 'base64url');
  return sshLine('ssh-rsa', Buffer.from(e, 'base64url'), Buffer.concat([Buffer.alloc(1), modulus]));
}

const ED25519 = sshLine('ssh-ed25519', Buffer.alloc(32, 7));

test('keys of ed25519, and of RSA from 2048 bits on, are taken', () => {
  expect(sshKeyMistake(ED25519)).toBeUndefined();
  expect(sshKeyMistake(ED25519.replace(' me@here', ''))).toBeUndefined();
  expect(sshKeyMistake(rsaLine(2048))).toBeUndefined();
});

test.each([
  ['', 'has no base64 after its type'],
  [rsaLine(1024), 'has 1024 bits'],
  [
    sshLine('ecdsa-sha2-nistp256', Buffer.from('nistp256'), Buffer.alloc(65, 4)),
    'is of the type "ecdsa-sha2-nistp256"',
  ],
  [sshLine('ssh-ed25519', Buffer.alloc(31)), 'has more in it than an ed25519 key'],
  [sshLine('ssh-rsa', Buffer.from([1, 0, 1])), 'is cut off'],
  [ED25519.replace('ssh-ed25519', 'ssh-rsa'), 'not of the type that it names'],
  [`no-pty ${ED25519}`, 'has no base64 after its type'],
  ['---- BEGIN SSH2 PUBLIC KEY ----', '"ssh-keygen -i -f FILE" converts it'],
  [`${ED25519}\n${ED25519}`, 'has more than one line'],
])('%s: %s', (line, mistake) => {
  expect(sshKeyMistake(line)).toContain(mistake);
});

test('a key that lost its end is never taken', () => {
  const encoded = ED25519.split(' ')[1] ?? '';
  fc.assert(
    fc.property(fc.integer({ min: 1, max: encoded.length - 1 }), (length) => {
      expect(sshKeyMistake(`ssh-ed25519 ${encoded.slice(0, length)}`)).toBeDefined();
    }),
  );
});

test('of a private key nothing is told', () => {
  const line = '-----BEGIN OPENSSH PRIVATE KEY----- c2VjcmV0';
  const [mistake = ''] = clusterMistakes({ admin: { ssh_keys: [ED25519, line] } });
  expect(mistake).toMatch(/^admin\.ssh_keys\.1: .*is a private key/);
  expect(mistake).not.toContain('c2VjcmV0');
});
