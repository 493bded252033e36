/** Rules that an image is held against: what one is, and how a table of them is gone through. */
import type { Ignore } from '../model/ignore.ts';

type Severity = 'error' | 'warning' | 'info';

/** What a rule found. */
export type Verdict =
  | {
      readonly ok: boolean;
      /** What is, as a person reads it. */
      readonly actual: string;
    }
  /** Why it cannot be told of this image, as a person reads it. */
  | { readonly skipped: string };

/** Who asks for something, in the terms of those who test images. */
export interface Askers {
  /** Number of the test in the Marketplace's self-test service. */
  readonly testId?: number | undefined;
  /** Test case of LISA, which Azure Image Testing runs. */
  readonly lisa?: string | undefined;
  /** Section of the Marketplace's certification policies. */
  readonly policy?: string | undefined;
}

/** One rule about images of which `Facts` are known; `Facts` is what that table of rules needs. */
export interface Rule<Facts> extends Askers {
  /** Public: never renamed. */
  readonly id: string;
  readonly severity: Severity;
  /** What has to be, as a person reads it. */
  readonly required: string;
  /** Who asks for it: what `Askers` say, or a page. */
  readonly source: string;
  readonly judge: (facts: Facts) => Verdict;
}

export interface Finding extends Askers {
  readonly id: string;
  readonly severity: Severity;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Of a skipped rule: why. */
  readonly actual: string;
  readonly required: string;
  readonly source: string;
  /** By which it is accepted although it failed. */
  readonly ignored?: Ignore;
  /** By which it was, until it expired. */
  readonly expired?: Ignore;
}

/** One finding for each rule, in the order of the table. */
export function judge<Facts>(rules: readonly Rule<Facts>[], facts: Facts): readonly Finding[] {
  return rules.map((rule) => findingOf(rule, rule.judge(facts)));
}

/** The findings of rules that nothing can be told of. */
export function skipAll<Facts>(rules: readonly Rule<Facts>[], why: string): readonly Finding[] {
  return rules.map((rule) => findingOf(rule, { skipped: why }));
}

function findingOf(rule: Omit<Rule<never>, 'judge'>, verdict: Verdict): Finding {
  const { id, severity, required, source, testId, lisa, policy } = rule;
  const [result, actual] = resultOf(verdict);
  return {
    ...{ id, severity, result, actual, required, source },
    ...(testId === undefined ? {} : { testId }),
    ...(lisa === undefined ? {} : { lisa }),
    ...(policy === undefined ? {} : { policy }),
  };
}

function resultOf(verdict: Verdict): [result: Finding['result'], actual: string] {
  if ('skipped' in verdict) return ['skipped', verdict.skipped];
  return [verdict.ok ? 'passed' : 'failed', verdict.actual];
}

/** `source` and its machine-readable parts, for an entry of a table of rules. */
export function askedBy(askers: Askers, page?: string): Askers & Pick<Rule<never>, 'source'> {
  const { testId, lisa, policy } = askers;
  const parts = [
    testId === undefined ? undefined : `Marketplace self-test ${testId}`,
    lisa === undefined ? undefined : `LISA ${lisa}`,
    policy === undefined ? undefined : `Marketplace policy ${policy}`,
    page,
  ];
  return { ...askers, source: parts.filter((part) => part !== undefined).join(', ') };
}

/** Whether it forbids to use the image. */
export function isError({ severity, result, ignored }: Pick<Finding, 'severity' | 'result' | 'ignored'>): boolean {
  return severity === 'error' && result === 'failed' && ignored === undefined;
}

/** Whether one of the findings forbids to use the image. */
export function hasError(findings: readonly Finding[]): boolean {
  return findings.some(isError);
}
