/**
 * `git`: the files of one pinned commit. What is checked out are plain files: no `.git`, whose content differs from
 * clone to clone, and no submodules (as in pkgpanda). A build that wants `git describe` gets its version from the recipe.
 */
import { join } from 'node:path';
import { fetchPin, GitFetchError, hasPin, type Pin, remoteCommit } from '../host/git-mirror.ts';
import { writeTree } from '../host/git-tree.ts';
import { lock } from '../host/lock.ts';
import { sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { bundleName } from '../model/mirror.ts';
import type { GitSource } from '../model/source.ts';
import { redactUrls } from '../model/url.ts';
import { isHere } from './addresses.ts';
import { fetchBundle } from './bundles.ts';
import type { SourceContext, SourceKind } from './kind.ts';

export const git: SourceKind<GitSource> = {
  missing: async (source, context) => {
    const pin = pinOf(source, context);
    if (await hasPin(mirrorOf(source, context), pin.commit, context)) return [];
    if (await isHere(bundleName(pin.commit), '', context)) return [];
    return [`${redactUrls(source.git)} at ${pin.commit}`];
  },

  fetch: async (source, context) => {
    const pin = pinOf(source, context);
    const mirror = mirrorOf(source, context);
    if (await hasPin(mirror, pin.commit, context)) return;
    await context.limit(async () => {
      const cancel = context.signal === undefined ? {} : { signal: context.signal };
      using _held = await lock(`${mirror}.lock`, cancel);
      if (await hasPin(mirror, pin.commit, context)) return;
      if (await fetchBundle(mirror, pin.commit, context)) return;
      if (context.offline) throw missing(source, context);
      await fetchPin(mirror, pin, {
        signal: context.signal,
        retryBaseMs: context.retryBaseMs,
        onRetry: (reason, waitMs) =>
          context.onWarning(`${context.label}: ${reason}; git is run again in ${Math.ceil(waitMs / 1000)} s.`),
      }).catch((error: unknown) => {
        throw error instanceof GitFetchError ? unavailable(source, error, context) : error;
      });
      await warnIfMoved(mirror, pin, context);
    });
  },

  checkout: async (source, destination, context) => {
    const { commit } = pinOf(source, context);
    await writeTree(join(mirrorOf(source, context), 'objects'), commit, destination, {
      signal: context.signal,
      ...(context.epoch === undefined ? {} : { epoch: context.epoch }),
    });
  },
};

/** The bare repository of the cache that holds the pinned commits of this address. */
export function mirrorOf(source: GitSource, { cache }: Pick<SourceContext, 'cache'>): string {
  return join(cache, 'git', `${sha256(source.git)}.git`);
}

/**
 * pkgpanda takes some more for a commit (`0x…`, `_`), which no git would.
 *
 * @throws UserError SOURCE_INVALID
 */
export function pinOf(source: GitSource, { label }: Pick<SourceContext, 'label'>): Pin {
  const commit = source.ref.toLowerCase();
  if (/^[0-9a-f]{40}$/.test(commit)) return { url: source.git, commit, origin: source.refOrigin };
  throw new UserError('SOURCE_INVALID', `${label}: "${source.ref}" is no commit.`, {
    hint: 'Pin the 40 hexadecimal digits of a commit, not a branch or a tag.',
  });
}

/** Only a warning, as in pkgpanda: a branch moves on, and the pin stays. */
async function warnIfMoved(mirror: string, pin: Pin, context: SourceContext): Promise<void> {
  const now = await remoteCommit(mirror, pin, context);
  const where = `${context.label}: "${pin.origin}" of ${redactUrls(pin.url)}`;
  if (now === undefined) context.onWarning(`${where} is not there; the pin is ${pin.commit}.`);
  else if (now !== pin.commit) context.onWarning(`${where} is at ${now}; the pin is ${pin.commit}.`);
}

function missing(source: GitSource, { label }: SourceContext): UserError {
  const message = `${label}: commit ${source.ref} of ${redactUrls(source.git)} cannot be had offline.`;
  return new UserError('SOURCE_UNAVAILABLE', message, {
    hint: 'No mirror on this machine has a bundle of it that is whole: run "dcos-build source verify" on yours.',
  });
}

function unavailable(source: GitSource, error: GitFetchError, { label }: SourceContext): UserError {
  return new UserError(
    'SOURCE_UNAVAILABLE',
    `${label}: commit ${source.ref} of ${redactUrls(source.git)} cannot be had: ${error.message}`,
    {
      hint: 'Check the address, the commit and your access ("git ls-remote" with the same address shows it).',
      cause: error,
    },
  );
}
