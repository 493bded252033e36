/** How bad a vulnerability is, in the words that all databases share. */
import { cvssScore } from './cvss.ts';

/** From the least to the worst; `unknown`: nobody has rated it. */
const SEVERITIES = ['unknown', 'none', 'low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

export interface Rating {
  readonly severity: Severity;
  /** Base score of CVSS, 0 to 10, where the database gives a vector that we can compute. */
  readonly score: number | undefined;
}

/** The words of the databases that say the same. */
const WORDS: Readonly<Record<string, Severity>> = {
  none: 'none',
  unimportant: 'none',
  negligible: 'none',
  low: 'low',
  minor: 'low',
  medium: 'medium',
  moderate: 'medium',
  high: 'high',
  important: 'high',
  critical: 'critical',
};

/** Negative if `left` is less severe. */
export function compareSeverities(left: Severity, right: Severity): number {
  return SEVERITIES.indexOf(left) - SEVERITIES.indexOf(right);
}

/** `HIGH` of GitHub's advisories, `low**` of Debian's tracker. */
export function severityOfWord(word: string): Severity {
  const plain = word.toLowerCase().replace(/\*+$/, '');
  return Object.hasOwn(WORDS, plain) ? (WORDS[plain] ?? 'unknown') : 'unknown';
}

/**
 * The rating of the newest CVSS vector that can be computed, else that of the word.
 *
 * @param vectors `CVSS:3.1/AV:N/…` or, of version 2, `AV:N/…`
 */
export function rate(vectors: readonly string[], word: string | undefined): Rating {
  const scores = vectors
    .toSorted()
    .toReversed()
    .flatMap((vector) => cvssScore(vector) ?? []);
  const [score] = scores;
  if (score !== undefined) return { severity: severityOfScore(score), score };
  return { severity: word === undefined ? 'unknown' : severityOfWord(word), score: undefined };
}

/** The bands of CVSS 3: https://www.first.org/cvss/v3.1/specification-document, section 5. */
function severityOfScore(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}
