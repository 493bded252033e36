/**
 * Milliseconds since the epoch, in whole ones, for the times of events. Once a process has started, its clock is never
 * set back or forward, as the system's may be: how long something took is the difference of two of its times.
 */
export function eventTime(): number {
  return Math.round(performance.timeOrigin + performance.now());
}
