/**
 * Pinned commits out of mirrors, as `<mirror>/git/<commit>.bundle`. They are unpacked and checked in a repository of
 * their own before anything of them comes near the cache.
 */
import { BundleRefused, openBundle } from '../host/git-bundle.ts';
import { takePin } from '../host/git-mirror.ts';
import { temporaryFolder } from '../host/files.ts';
import { download, DownloadError, removePartial } from '../host/network.ts';
import { bundleName, mirrorAddress } from '../model/mirror.ts';
import { redactUrls } from '../model/url.ts';
import { dirname, join } from 'node:path';
import { MIRROR_ATTEMPTS, usableMirrors } from './addresses.ts';
import type { SourceContext } from './kind.ts';

/**
 * Brings the commit into a repository of the cache, if one of the mirrors has it whole. What a mirror has wrong is told,
 * and the next one is asked. The caller holds the lock on the repository.
 */
export async function fetchBundle(repository: string, commit: string, context: SourceContext): Promise<boolean> {
  for (const mirror of usableMirrors(context)) {
    const url = mirrorAddress(mirror, bundleName(commit));
    try {
      await takeFrom(url, { repository, commit }, context);
      return true;
    } catch (error) {
      if (!(error instanceof DownloadError) && !(error instanceof BundleRefused)) throw error;
      if (error instanceof DownloadError && error.isAbsent) continue;
      if (error instanceof DownloadError) context.unreached.add(mirror);
      context.onWarning(`${context.label}: mirror ${redactUrls(url)}: ${error.message}.`);
    }
  }
  return false;
}

interface Wanted {
  readonly repository: string;
  readonly commit: string;
}

/** @throws DownloadError, BundleRefused */
async function takeFrom(url: string, { repository, commit }: Wanted, context: SourceContext): Promise<void> {
  const { signal, retryBaseMs } = context;
  const part = `${repository}.${commit}.part`;
  const onProgress = (bytes: number, total: number | undefined): void =>
    context.onProgress(`${commit}.bundle`, bytes, total);
  const { resumed } = await download(url, part, { signal, retryBaseMs, attempts: MIRROR_ATTEMPTS, onProgress });
  await using scratch = await temporaryFolder(dirname(repository), 'bundle');
  const opened = join(scratch.path, 'git');
  try {
    await openBundle(part, commit, opened, { signal });
    await takePin(repository, opened, commit, { signal });
    await removePartial(part);
  } catch (error) {
    await removePartial(part);
    // What an earlier run has left may have been of another file.
    if (!(error instanceof BundleRefused) || !resumed) throw error;
    await takeFrom(url, { repository, commit }, context);
  }
}
