/** Verdicts that many rules come to in the same way. */
import type { Verdict } from '../rules.ts';
import type { KernelFacts } from './kernel-facts.ts';

const MOST_SHOWN = 4;

/** Right if nothing was found; else the first of what was. */
export function noneOf(found: readonly string[]): Verdict {
  return { ok: found.length === 0, actual: found.length === 0 ? 'none' : shown(found) };
}

/** Right if every kernel is: `problemOf` says what one lacks. */
export function everyKernel(
  kernels: readonly KernelFacts[],
  problemOf: (kernel: KernelFacts) => string | undefined | { readonly skipped: string },
): Verdict {
  if (kernels.length === 0) return { skipped: 'no kernel in /boot' };
  const problems: string[] = [];
  for (const kernel of kernels) {
    const problem = problemOf(kernel);
    if (typeof problem === 'object') return problem;
    if (problem !== undefined) problems.push(`${kernel.release}: ${problem}`);
  }
  return {
    ok: problems.length === 0,
    actual: problems.length === 0 ? shown(kernels.map((each) => each.release)) : shown(problems),
  };
}

/** `a, b, c, d and 3 more` */
export function shown(names: readonly string[]): string {
  const rest = names.length - MOST_SHOWN;
  return rest > 0 ? `${names.slice(0, MOST_SHOWN).join(', ')} and ${rest} more` : names.join(', ');
}
