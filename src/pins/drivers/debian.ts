/** Debian's archive, as this machine's apt knows it. */
import { UserError } from '../../model/errors.ts';
import { parseVersion } from '../../model/version-scheme.ts';
import type { UpdateRule } from '../../recipe/updates.ts';
import type { Candidate, Driver } from '../driver.ts';

type DebianRule = Extract<UpdateRule, { readonly kind: 'debian' }>;

/** What buildinfo.json pins out of the archive is looked for under its own name, anything else under the rule's. */
export const debian: Driver<DebianRule> = async ({ pin }, rule, { archive }) => {
  if (pin.kind === 'deb') {
    const debs = await archive.debs(pin.package);
    // A package may become independent of the architecture, or cease to be.
    const usable = debs.filter(
      ({ architecture }) => architecture === pin.architecture || architecture === 'all' || pin.architecture === 'all',
    );
    const candidates = usable.flatMap((deb) => candidate(deb.version, { kind: 'deb', deb }));
    return found(pin.package, candidates, 'package');
  }
  const name = pin.kind === 'deb_source' ? pin.package : rule.source;
  const listed = await archive.sources(name);
  const candidates = listed.flatMap((one) => candidate(one.version, { kind: 'deb_source', listed: one }));
  return found(name, candidates, 'source package');
};

function candidate(text: string, offer: Candidate['offer']): Candidate[] {
  const version = parseVersion(text, 'debian');
  // Debian releases nothing early on purpose: what `~rc1` stands in is the version that it ships.
  return version === undefined ? [] : [{ version, isPrerelease: false, offer }];
}

function found(
  name: string,
  candidates: readonly Candidate[],
  what: string,
): { how: string; candidates: readonly Candidate[] } {
  if (candidates.length > 0)
    return { how: what === 'package' ? "Debian's archive" : `Debian's archive, source ${name}`, candidates };
  throw new UserError('SOURCE_UNAVAILABLE', `Debian's archive has no ${what} "${name}".`, {
    hint: 'Check the name, and that /etc/apt names the suite that has it.',
  });
}
