/** A vulnerability as any database tells it: what has it, from which version on, and up to which. */
import type { Rating } from './severity.ts';

export interface Advisory extends Rating {
  readonly id: string;
  /** Other names of the same vulnerability. */
  readonly aliases: readonly string[];
  /** One line; may be empty. */
  readonly summary: string;
  readonly affected: readonly Affected[];
}

/** One package, in the words of its ecosystem, and the versions of it that are affected. */
export interface Affected {
  /** As OSV spells it: `PyPI`, `npm`, `Debian:12`; empty if the database names no package. */
  readonly ecosystem: string;
  readonly name: string;
  /** Without version, as given. */
  readonly purl: string | undefined;
  readonly cpes: readonly string[];
  /** Affected versions one by one. */
  readonly versions: readonly string[];
  readonly ranges: readonly Range[];
  /** Debian: the versions that the release has now. */
  readonly released: readonly string[];
  /** The database does not know yet whether it is affected. */
  readonly isUndetermined: boolean;
  /** Where it differs from that of the advisory. */
  readonly rating: Rating | undefined;
}

export interface Range {
  readonly kind: 'semver' | 'ecosystem' | 'git';
  /** URL of the repository whose commits the events name (git). */
  readonly repository: string | undefined;
  readonly events: readonly RangeEvent[];
}

/** `introduced: '0'` is before every version. A `limit` stands behind the last commit of a branch and is not used. */
export interface RangeEvent {
  readonly kind: 'introduced' | 'fixed' | 'last_affected';
  readonly version: string;
}
