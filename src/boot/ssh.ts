/** Commands inside the guest, by ssh with a key made for this run alone. */
import { join } from 'node:path';
import { readTextIfThere } from '../host/files.ts';
import { programMissing, run } from '../host/process.ts';

/** ssh's own exit status when it did not get as far as to run the command. */
const NOT_CONNECTED = 255;
/** A guest without KVM on a busy host takes its time, and each new attempt would begin anew. */
const CONNECT_SECONDS = 60;

export interface SshKey {
  readonly file: string;
  /** One line, as in authorized_keys. */
  readonly publicKey: string;
}

/** Makes a key without a passphrase in that folder. */
export async function makeSshKey(folder: string, signal: AbortSignal): Promise<SshKey> {
  const file = join(folder, 'key');
  const made = await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'dcos-build', '-f', file], { signal });
  const publicKey = await readTextIfThere(`${file}.pub`);
  if (made.status !== 0 || publicKey === undefined) throw new Error(`ssh-keygen failed: ${made.stderr}`);
  return { file, publicKey: publicKey.trim() };
}

export interface SshTarget {
  readonly port: number;
  readonly userName: string;
  readonly keyFile: string;
  readonly signal: AbortSignal;
}

export interface SshResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly isConnected: boolean;
}

/** Runs one command of a shell in the guest. @param input what the command reads */
export async function runInGuest(target: SshTarget, command: string, input = ''): Promise<SshResult> {
  const { port, userName, keyFile, signal } = target;
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'PreferredAuthentications=publickey',
    // The guest makes its host keys at its first boot; whether they stay is looked at from inside.
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    `ConnectTimeout=${CONNECT_SECONDS}`,
    'ServerAliveInterval=15',
  ];
  const args = [
    ...['-F', 'none', '-i', keyFile, '-p', String(port), '-l', userName],
    ...options.flatMap((option) => ['-o', option]),
    ...['127.0.0.1', command],
  ];
  const { status, stdout, stderr } = await run('ssh', args, { input, signal });
  if (status === 127) throw programMissing('ssh', stderr);
  return { status, stdout, stderr, isConnected: status !== NOT_CONNECTED };
}
