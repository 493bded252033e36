/** What was looked at and is accepted: a vulnerability of a tree, or a failed rule of an image. */

export interface Ignore {
  /** Why it does not matter, for those who ask later. */
  readonly reason: string;
  /** The last day on which it is ignored, as `2027-01-31`; without one it is for good. */
  readonly expires?: string | undefined;
}

export interface HeldIgnores<Each extends Ignore> {
  /** The one that holds on that day. */
  readonly ignored: Each | undefined;
  /** One that did, and has expired. */
  readonly expired: Each | undefined;
}

/**
 * Which of the ignores that name a finding hold for it.
 *
 * @param today `2026-11-23`: what expires on that day still holds
 */
export function holdIgnores<Each extends Ignore>(ignores: readonly Each[], today: string): HeldIgnores<Each> {
  const isOver = ({ expires }: Each): boolean => expires !== undefined && expires < today;
  return { ignored: ignores.find((each) => !isOver(each)), expired: ignores.find(isOver) };
}

/** `until 2027-01-31`, or `for good`. */
export function describeTerm({ expires }: Ignore): string {
  return expires === undefined ? 'for good' : `until ${expires}`;
}
