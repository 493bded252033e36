/** Rules that an image is held against: what one is, and how a table of them is gone through. */

type Severity = 'error' | 'warning';

/** What a rule found: undefined if it cannot be told of this image. */
export interface Verdict {
  readonly ok: boolean;
  /** What is, as a person reads it. */
  readonly actual: string;
}

/** One rule about images of which `Facts` are known; `Facts` is what that table of rules needs. */
export interface Rule<Facts> {
  /** Public: never renamed. */
  readonly id: string;
  readonly severity: Severity;
  /** What has to be, as a person reads it. */
  readonly required: string;
  /** Who asks for it: a section of a policy, or a page. */
  readonly source: string;
  readonly judge: (facts: Facts) => Verdict | undefined;
}

export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  readonly result: 'passed' | 'failed' | 'skipped';
  readonly actual: string;
  readonly required: string;
  readonly source: string;
}

/** One finding for each rule, in the order of the table. */
export function judge<Facts>(rules: readonly Rule<Facts>[], facts: Facts): readonly Finding[] {
  return rules.map(({ id, severity, required, source, judge: decide }) => {
    const verdict = decide(facts);
    const result = verdict === undefined ? 'skipped' : verdict.ok ? 'passed' : 'failed';
    return { id, severity, result, actual: verdict?.actual ?? '', required, source };
  });
}

/** Whether one of the findings forbids to use the image. */
export function hasError(findings: readonly Finding[]): boolean {
  return findings.some(({ severity, result }) => severity === 'error' && result === 'failed');
}
