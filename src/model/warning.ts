import type { Place } from './errors.ts';

/** What is accepted, since pkgpanda accepts it, but hardly meant. */
export interface Warning {
  readonly message: string;
  readonly place: Place;
}
