/** The table of drivers: where versions are looked for. To add one, write its file, its line, and its keys in recipe/updates.ts. */
import type { UpdateRule } from '../../recipe/updates.ts';
import type { Found, LookContext } from '../driver.ts';
import type { PinnedItem } from '../pinned-item.ts';
import { debian } from './debian.ts';
import { git } from './git.ts';
import { github } from './github.ts';
import { npm } from './npm.ts';
import { pypi } from './pypi.ts';

/** A rule that looks somewhere. */
export type LookRule = Exclude<UpdateRule, { readonly kind: 'none' }>;

/** @throws UserError, DownloadError, GitFetchError */
export async function look(item: PinnedItem, rule: LookRule, context: LookContext): Promise<Found> {
  switch (rule.kind) {
    case 'debian':
      return await debian(item, rule, context);
    case 'git':
      return await git(item, rule, context);
    case 'pypi':
      return await pypi(item, rule, context);
    case 'npm':
      return await npm(item, rule, context);
    case 'github':
      return await github(item, rule, context);
    default:
      return rule satisfies never;
  }
}
