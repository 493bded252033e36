/** Rules that templates are held against, and what they find. */
import type { JsonPath } from './mistake.ts';
import type { Subject } from './subject.ts';

/** Azure refuses an `error`, or the cluster would not work; a `warning` is a risk, a `hint` a habit. */
type Severity = 'error' | 'warning' | 'hint';

export interface Finding {
  /** The id of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  /** Where in the template, as `resources[0].properties.sku`. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

export interface Found {
  readonly path: JsonPath;
  readonly message: string;
  /** Where the rule's own is too general. */
  readonly hint?: string;
}

export interface Rule {
  /** Named as in Microsoft's arm-ttk where that has the rule. */
  readonly id: string;
  readonly severity: Severity;
  /** What it demands: one sentence, for the docs. */
  readonly what: string;
  /** What to do about what it finds. */
  readonly hint: string;
  readonly find: (subject: Subject) => Iterable<Found>;
}
