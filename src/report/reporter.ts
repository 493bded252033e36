import type { BuildEvent } from '../model/event.ts';

/** Workflows emit plain events (model/event.ts); how they look is decided here and nowhere else. */
export interface Reporter extends Disposable {
  /** Events arrive in order. Must not throw and must not hold up the build. */
  report(event: BuildEvent): void;
}

/** The reporters of one run. Disposing it, which may be done twice and from an `exit` handler, leaves the terminal clean. */
export interface RunView extends Reporter {
  /** Leaves the terminal to another program, such as a shell, until the returned value is disposed. */
  suspend(): Disposable;
}
