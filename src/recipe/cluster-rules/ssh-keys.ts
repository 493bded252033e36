/** Public keys of ssh, as Azure takes them. */
import type { ClusterDefinition } from '../cluster-definition.ts';
import { named, type Finding } from './finding.ts';

const LEAST_RSA_BITS = 2048;
const ED25519_BYTES = 32;
const HINT = 'Put the line of a file such as id_ed25519.pub here; Azure takes ed25519, and RSA of 2048 bits or more.';

export function* sshKeyRule({ admin }: ClusterDefinition): Iterable<Finding> {
  for (const [index, key] of admin.ssh_keys.entries()) {
    const wrong = sshKeyMistake(key);
    const path = ['admin', 'ssh_keys', index];
    if (wrong !== undefined) yield { path, message: `${named(path)} ${wrong}.`, hint: HINT };
  }
}

/**
 * What keeps a line from being a public key that Azure takes, as the end of a sentence; undefined: nothing. What stands
 * in a private key is never told.
 *
 * @see https://learn.microsoft.com/azure/virtual-machines/linux/mac-create-ssh-keys
 */
export function sshKeyMistake(line: string): string | undefined {
  if (line.includes('PRIVATE KEY')) return 'is a private key, which nobody else may see: make a new one';
  if (/^-+ ?BEGIN/.test(line)) return 'is a key of another format: "ssh-keygen -i -f FILE" converts it';
  if (/[\r\n]/.test(line)) return 'has more than one line';
  const [type = '', encoded = ''] = line.split(' ');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return 'is no public key: it has no base64 after its type';
  if (type !== 'ssh-ed25519' && type !== 'ssh-rsa') return `is of the type "${type}"`;
  const fields = fieldsOf(Buffer.from(encoded, 'base64'));
  if (fields === undefined || fields[0]?.toString('latin1') !== type)
    return 'is cut off, or not of the type that it names';
  return type === 'ssh-rsa' ? rsaMistake(fields) : ed25519Mistake(fields);
}

/** Each field of RFC 4253 has its length in front, in four bytes; undefined if they do not add up. */
function fieldsOf(blob: Buffer): readonly Buffer[] | undefined {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

function rsaMistake([, , modulus, ...rest]: readonly Buffer[]): string | undefined {
  if (modulus === undefined || rest.length > 0) return 'is cut off, or has more in it than an RSA key';
  const first = modulus.findIndex((byte) => byte !== 0);
  const bits = first === -1 ? 0 : (modulus.length - first) * 8 - Math.clz32(modulus[first] ?? 0) + 24;
  return bits < LEAST_RSA_BITS ? `has ${bits} bits` : undefined;
}

function ed25519Mistake([, key, ...rest]: readonly Buffer[]): string | undefined {
  const isRight = key?.length === ED25519_BYTES && rest.length === 0;
  return isRight ? undefined : 'is cut off, or has more in it than an ed25519 key';
}
