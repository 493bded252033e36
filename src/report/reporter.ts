import type { BuildEvent } from '../model/event.ts';

/** Workflows emit plain events (model/event.ts); how they look is decided here and nowhere else. */
export interface Reporter extends Disposable {
  /** Events arrive in order. Must not throw and must not hold up the build. */
  report(event: BuildEvent): void;
}
