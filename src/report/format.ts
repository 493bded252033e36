/** Figures as a person reads them. */

const SECOND_MS = 1000;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `0.4s`, `12s`, `7m12s`, `1h03m`; a negative duration, as a clock that was set back gives, counts as none. */
export function formatDuration(durationMs: number): string {
  const tenths = Math.round(Math.max(0, durationMs) / 100);
  return tenths < 100 ? `${(tenths / 10).toFixed(1)}s` : formatSeconds(Math.round(durationMs / SECOND_MS) * SECOND_MS);
}

/** As {@link formatDuration}, but in whole seconds that have passed: for a figure that ticks. */
export function formatSeconds(durationMs: number): string {
  const seconds = Math.floor(Math.max(0, durationMs) / SECOND_MS);
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds}s`;
  if (minutes < 60) return `${minutes}m${twoDigits(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** `812 B`, `1.2 KiB`, `45.1 MiB`, `118 MiB`: three significant digits at most below 1000. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // 999.5 and not 1024: four digits never stand before a unit.
  for (; value >= 999.5 && unit < UNITS.length - 1; unit += 1) value /= 1024;
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** `1 package`, `3 packages`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
