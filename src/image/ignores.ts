/** Failed rules that are accepted: `ignores` of an image definition, which go with the disk in its record. */
import { holdIgnores, type Ignore } from '../model/ignore.ts';
import type { Finding } from './rules.ts';

export interface RuleIgnore extends Ignore {
  /** Id of the rule. */
  readonly rule: string;
}

/** Only what failed can be ignored; the finding stays, and tells by which. @param today `2026-11-23` */
export function markIgnored(
  findings: readonly Finding[],
  ignores: readonly RuleIgnore[],
  today: string,
): readonly Finding[] {
  return findings.map((finding) => {
    if (finding.result !== 'failed') return finding;
    const those = ignores.filter(({ rule }) => rule === finding.id);
    const { ignored, expired } = holdIgnores(those, today);
    return { ...finding, ...(ignored && { ignored }), ...(expired && { expired }) };
  });
}

interface StaleIgnore {
  readonly message: string;
  readonly hint: string;
}

/**
 * Ignores that are no good any more, in their order. Of a rule that was skipped, or that only a boot answers, nothing is told.
 *
 * @param findings of all that was looked at, marked
 */
export function staleIgnores(findings: readonly Finding[], ignores: readonly RuleIgnore[]): readonly StaleIgnore[] {
  return ignores.flatMap(({ rule, expires }) => {
    const those = findings.filter(({ id }) => id === rule);
    if (those.some(({ expired }) => expired !== undefined)) {
      const hint = 'Mend the cause, or give the ignore another day, and bake again.';
      return [{ message: `ignores: ${rule} has expired on ${expires}, and counts again.`, hint }];
    }
    const isUnused = those.some(({ result }) => result === 'passed') && those.every(({ ignored }) => !ignored);
    return isUnused ? [{ message: `ignores: ${rule} matches nothing any more.`, hint: 'Remove it.' }] : [];
  });
}
