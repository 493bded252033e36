/** Whether upstream still has what a source is pinned to, and whether it is still the same. Nothing is built. */
import { unreachable } from '../model/unreachable.ts';
import type { Source } from '../model/source.ts';
import { checkCommit } from './check-commit.ts';
import { checkDebs, checkTarball } from './check-debian.ts';
import { checkUrl } from './check-url.ts';
import type { CheckContext, PinCheck } from './pin-check.ts';
import { pinnedItems } from './pinned.ts';

/** One answer for each file or commit, in their order. @throws UserError SOURCE_INVALID, DISK_FULL, HOST_INCOMPLETE */
export async function checkSource(source: Source, context: CheckContext): Promise<readonly PinCheck[]> {
  const [first, ...rest] = pinnedItems(source, context.label);
  if (first === undefined) return [];
  switch (source.kind) {
    case 'git':
      return [await checkCommit(source, first, context)];
    case 'url':
    case 'url_extract':
      return [await checkUrl(source, first, context)];
    case 'deb_source':
      return [await checkTarball(source, first, context)];
    case 'deb':
      return await checkDebs(source, [first, ...rest], context);
    case 'git_local':
      return [];
    default:
      return unreachable(source);
  }
}
