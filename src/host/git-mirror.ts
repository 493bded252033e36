/**
 * Bare repositories that hold the pinned commits of one address. A pin that is there whole has the ref
 * `refs/pins/<commit>`: git sets it when all that the commit needs has arrived, so a killed fetch leaves none.
 */
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { redactUrls } from '../model/url.ts';
import { diskFull } from './disk-space.ts';
import { remove, sizeIfThere, temporaryBeside } from './files.ts';
import { gitComplaint, gitLocal, gitNetwork, type GitOptions, REMOTE } from './git.ts';
import { retrying } from './retry.ts';
import { makeFolderNow } from './make-folder.ts';

export interface Pin {
  readonly url: string;
  /** 40 hex digits, lower case. */
  readonly commit: string;
  /** The branch or tag that the commit was taken from. */
  readonly origin: string;
}

export interface MirrorOptions extends GitOptions {
  readonly onRetry?: (reason: string, waitMs: number) => void;
  readonly retryBaseMs?: number;
}

/** Why a commit could not be had, in git's words, without secrets. */
export class GitFetchError extends Error {
  /** Whether another try can help. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean) {
    super(redactUrls(message));
    this.name = 'GitFetchError';
    this.mayPass = mayPass;
  }
}

/** What git and ssh say when a second try would say the same. */
const PERMANENT =
  /not found|does not exist|does not appear to be a git repository|authentication failed|could not read (?:username|password)|permission denied|access denied|repository access|not our ref|unable to find remote helper|unsupported protocol|transport '.*' not allowed|certificate|host key verification|invalid|dubious ownership|could not resolve host/i;

/** Whether git said something that a second try would not change. */
export function isPermanent(stderr: string): boolean {
  return PERMANENT.test(stderr);
}

/** Whether the mirror holds that commit whole. */
export async function hasPin(mirror: string, commit: string, options: GitOptions): Promise<boolean> {
  if ((await sizeIfThere(`${mirror}/HEAD`)) === undefined) return false;
  const { status } = await gitLocal(['--git-dir', mirror, 'rev-parse', '-q', '--verify', pinRef(commit)], options);
  return status === 0;
}

/**
 * Fetches the commit, alone if the server gives single commits away, else the history of its branch or tag, else all.
 * Makes the mirror if there is none. The caller holds a lock on it.
 *
 * @throws GitFetchError
 */
export async function fetchPin(mirror: string, pin: Pin, options: MirrorOptions): Promise<void> {
  await makeMirror(mirror, options);
  await retrying(
    {
      attempts: 4,
      baseMs: options.retryBaseMs ?? 1000,
      mostMs: 30_000,
      signal: options.signal,
      mayPass: (error) => error instanceof GitFetchError && error.mayPass,
      onRetry: (error, waitMs) => options.onRetry?.(error instanceof Error ? error.message : '', waitMs),
    },
    () => fetchOnce(mirror, pin, options),
  );
}

/**
 * Takes a commit over from a repository on this machine that is known to be whole. Makes the mirror if there is none. The
 * caller holds a lock on it.
 *
 * @param repository a bare repository that has the commit as a pin
 */
export async function takePin(mirror: string, repository: string, commit: string, options: GitOptions): Promise<void> {
  await makeMirror(mirror, options);
  const ref = pinRef(commit);
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--force', '--depth=1'];
  const taken = await gitLocal(
    ['--git-dir', mirror, ...fetch, pathToFileURL(repository).href, `${ref}:${ref}`],
    options,
  );
  if (taken.stderr.includes('No space left on device')) throw diskFull(mirror);
  if (taken.status !== 0) throw new Error(`git fetch of a bundle: ${gitComplaint(taken)}`);
}

/** Where the branch or tag points now; undefined if the repository has none of that name (or cannot be asked). */
export async function remoteCommit(mirror: string, pin: Pin, options: GitOptions): Promise<string | undefined> {
  const { origin, url } = pin;
  const patterns = [origin, `refs/heads/${origin}`, `refs/tags/${origin}`, `refs/tags/${origin}^{}`];
  const { status, stdout } = await gitNetwork(mirror, url, ['ls-remote', REMOTE, ...patterns], options);
  if (status !== 0) return undefined;
  const refs = new Map(
    [...stdout.matchAll(/^([0-9a-f]{40,64})\t(\S+)$/gm)].map(([, commit = '', ref = '']) => [ref, commit]),
  );
  return (
    refs.get(`refs/tags/${origin}^{}`) ?? patterns.map((ref) => refs.get(ref)).find((commit) => commit !== undefined)
  );
}

async function fetchOnce(mirror: string, { url, commit, origin }: Pin, options: GitOptions): Promise<void> {
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--force'];
  const alone = await gitNetwork(mirror, url, [...fetch, '--depth=1', REMOTE, `${commit}:${pinRef(commit)}`], options);
  if (alone.status === 0) return;
  const isShallow = (await sizeIfThere(`${mirror}/shallow`)) !== undefined;
  const whole = isShallow ? [...fetch, '--unshallow'] : fetch;
  const attempts = [
    [...whole, REMOTE, `${origin}:refs/origins/${Buffer.from(origin).toString('hex')}`],
    [...fetch, REMOTE, '+refs/*:refs/remote/*'],
  ];
  let last = alone;
  for (const args of attempts) {
    last = await gitNetwork(mirror, url, args, options);
    if (last.status === 0 && (await pinIfThere(mirror, commit, options))) return;
  }
  if (last.status === 0) throw new GitFetchError(`the repository has no commit ${commit}`, false);
  if (last.stderr.includes('No space left on device')) throw diskFull(mirror);
  const complaint = gitComplaint(last);
  throw new GitFetchError(complaint, !isPermanent(last.stderr));
}

async function pinIfThere(mirror: string, commit: string, options: GitOptions): Promise<boolean> {
  const there = await gitLocal(['--git-dir', mirror, 'cat-file', '-e', `${commit}^{commit}`], options);
  if (there.status !== 0) return false;
  const pinned = await gitLocal(['--git-dir', mirror, 'update-ref', pinRef(commit), commit], options);
  return pinned.status === 0;
}

async function makeMirror(mirror: string, options: GitOptions): Promise<void> {
  if ((await sizeIfThere(`${mirror}/HEAD`)) !== undefined) return;
  makeFolderNow(dirname(mirror));
  const temporary = temporaryBeside(mirror);
  const made = await gitLocal(['init', '--quiet', '--bare', '--template=', temporary], options);
  if (made.status !== 0) throw new Error(`git init: ${gitComplaint(made)}`);
  await remove(mirror);
  await rename(temporary, mirror);
}

/** The ref under which a commit is kept. */
export function pinRef(commit: string): string {
  return `refs/pins/${commit}`;
}
