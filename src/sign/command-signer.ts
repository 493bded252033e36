/**
 * Signs by a command that asks a key service or a hardware module: it reads the bytes to sign on standard input, and
 * prints the signature in base64. What it prints is verified before it is used, since a wrong signature would only be
 * noticed by those who are to trust it.
 */
import { streamProcess } from '../host/stream-process.ts';
import { UserError } from '../model/errors.ts';
import { fromBase64 } from './base64.ts';
import { hideSecrets } from './hide-secrets.ts';
import { readPublicKey } from './key-file.ts';
import { PASSPHRASE_VARIABLE } from './private-key.ts';
import { isSignedBy, normaliseSignature, type PublicKey } from './public-key.ts';
import type { KeySigner } from './signer.ts';

export interface CommandSignerOptions {
  /** Program and arguments; no shell reads them. */
  readonly command: readonly [program: string, ...args: string[]];
  /** File with the public key, as PEM. */
  readonly publicKey: string;
  /** That file as messages name it. */
  readonly shown: string;
  /** The environment that the command is given, but for our own passphrase. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of one signature. Default: a minute. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
/** Characters of its output that are kept: the largest signature takes a few hundred. */
const MOST_OUTPUT = 65_536;
/** Of what the command says on standard error. */
const TAIL = { lines: 5, length: 600 } as const;

/** @throws UserError KEY_INVALID for the public key */
export async function commandSigner(options: CommandSignerOptions): Promise<KeySigner> {
  const key = await readPublicKey(options.publicKey, options.shown, undefined);
  return {
    kind: 'key',
    keyid: key.keyid,
    publicKey: key,
    description: `${key.algorithm} key ${key.keyid} by the command ${options.command[0]}`,
    sign: (message, signal) => signByCommand(message, { ...options, key, signal }),
  };
}

interface Request extends CommandSignerOptions {
  readonly key: PublicKey;
  readonly signal: AbortSignal;
}

async function signByCommand(message: Uint8Array, request: Request): Promise<Uint8Array> {
  const { command, key, shown } = request;
  const { status, stdout, stderr } = await runLimited(message, request);
  if (status !== 0) {
    const how = status === undefined ? 'was ended by a signal' : `ended with exit status ${status}`;
    throw failed(`The signing command ${command[0]} ${how}${tailOf(stderr)}`);
  }
  const signature = fromBase64(stdout.replaceAll(/\s/g, ''));
  if (signature === undefined || signature.length === 0) {
    const hint = 'It has to print the signature in base64, and nothing else, on standard output.';
    throw failed(`The signing command ${command[0]} printed no signature${tailOf(stderr)}`, hint);
  }
  const normal = normaliseSignature(key.algorithm, signature);
  if (isSignedBy(key, message, normal)) return normal;
  const hint = `Look whether it signs with the key of ${shown}, over SHA-256, and all of its standard input.`;
  throw failed(`What the signing command ${command[0]} printed is no signature by ${key.keyid}${tailOf(stderr)}`, hint);
}

interface CommandEnd {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function runLimited(message: Uint8Array, request: Request): Promise<CommandEnd> {
  const { command, env, timeoutMs = TIMEOUT_MS, signal } = request;
  const [program, ...args] = command;
  const given = Object.entries(env).filter(([name, value]) => value !== undefined && name !== PASSPHRASE_VARIABLE);
  const limit = AbortSignal.timeout(timeoutMs);
  let stdout = '';
  try {
    const end = await streamProcess(program, args, {
      input: message,
      env: Object.fromEntries(given.map(([name, value]) => [name, value ?? ''])),
      signal: AbortSignal.any([signal, limit]),
      read: async (stream) => {
        stdout = await readText(stream, MOST_OUTPUT);
      },
    });
    return { ...end, stdout };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) throw failed(`The signing command ${program} took longer than ${timeoutMs / 1000} s.`);
    if (!(error instanceof UserError) || error.code !== 'HOST_INCOMPLETE') throw error;
    throw failed(`The signing command ${program} is not there.`, 'Install it, or give its path.');
  }
}

/** Reads to the end, but keeps no more than so many characters. */
async function readText(stream: AsyncIterable<unknown>, most: number): Promise<string> {
  let text = '';
  for await (const chunk of stream) if (text.length < most) text += String(chunk);
  return text;
}

/** The end of what it said, without what looks like a secret. */
function tailOf(stderr: string): string {
  const lines = stderr.trim().split('\n').slice(-TAIL.lines).join('\n');
  const text = hideSecrets(lines).slice(-TAIL.length);
  return text === '' ? '.' : `:\n${text}`;
}

function failed(message: string, hint = 'Run it by hand with a few bytes on standard input.'): UserError {
  return new UserError('SIGNING_FAILED', message, { hint });
}
