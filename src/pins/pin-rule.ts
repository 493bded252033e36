/** Where a moved pin is taken from. Pure. */
import type { LookRule } from './drivers/index.ts';
import type { PinnedItem } from './pinned-item.ts';

/**
 * Debian packages come out of the archive and commits out of git, wherever news of their versions are looked for.
 *
 * @returns undefined: nothing lists what there is
 */
export function pinRule({ pin, rule }: PinnedItem): LookRule | undefined {
  const range = rule !== undefined && 'range' in rule && rule.range !== undefined ? { range: rule.range } : {};
  switch (pin.kind) {
    case 'deb':
    case 'deb_source':
      return { kind: 'debian', source: pin.package, ...range };
    case 'git':
      if (rule === undefined || rule.kind === 'git' || rule.kind === 'none')
        return rule?.kind === 'none' ? { kind: 'git' } : rule;
      return { kind: 'git', range: '*', ...range, ...('tag_prefix' in rule ? { tag_prefix: rule.tag_prefix } : {}) };
    case 'url':
    case 'url_extract':
      return rule?.kind === 'none' ? undefined : rule;
    case 'git_local':
      return undefined;
    default:
      return pin satisfies never;
  }
}
