/** What the terminal shows of the tasks that run and of the run as a whole, fitted to its size. */
import type { Forecast } from './forecast.ts';
import { formatBytes, formatSeconds } from './format.ts';
import type { Paint, Style } from './paint.ts';
import type { EventOf, RunningTask, RunState } from './run-state.ts';
import { cleanLine } from './text.ts';
import { fit, textWidth, truncate } from './text-width.ts';

export interface FrameOptions {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly paint: Paint;
}

/** A piece of a line, with the style in which it is painted once the line has been fitted. */
type Piece = readonly [text: string, style: Style];

const LONGEST_LABEL = 24;
const LONGEST_PHASE = 'activate'.length;
const SHORTEST_BAR = 8;
const LONGEST_BAR = 30;
/** The empty line above, the bar, and a row of what scrolls by. */
const OTHER_ROWS = 3;

/** Lines that fit the terminal: an empty one, one for each running task as far as there is room, and the bar. */
export function liveFrame(run: RunState, forecast: Forecast, options: FrameOptions): readonly string[] {
  const room = Math.max(0, options.rows - OTHER_ROWS);
  const running = [...run.running];
  const shown = running.length <= room ? running : running.slice(0, Math.max(0, room - 1));
  const labels = shown.map(([key]) => run.label(key));
  const labelWidth = Math.min(
    labels.reduce((widest, label) => Math.max(widest, textWidth(label)), 0),
    Math.max(SHORTEST_BAR, Math.min(LONGEST_LABEL, Math.floor(options.columns / 3))),
  );
  const lines = shown.map(([, task], index): readonly Piece[] => [
    [`  ${fit(labels[index] ?? '', labelWidth)}  `, 'bold'],
    ...taskPieces(task, options.now),
  ]);
  const hidden = running.length - shown.length;
  const more: readonly Piece[][] = hidden === 0 || room === 0 ? [] : [[[`  … and ${hidden} more`, 'dim']]];
  // One column stays free: in the last one some terminals wait to wrap, and would erase what stands there.
  const limit = Math.max(1, options.columns - 1);
  const spacer = options.rows > 2 ? [''] : [];
  return [
    ...spacer,
    ...[...lines, ...more, overall(run, forecast, options.now, limit)].map((line) => join(line, limit, options.paint)),
  ];
}

function taskPieces({ phase, phaseStartedAt, latest }: RunningTask, now: number): readonly Piece[] {
  return [
    [(phase ?? '').padEnd(LONGEST_PHASE), 'cyan'],
    [` ${formatSeconds(now - phaseStartedAt).padStart(6)}  `, 'plain'],
    [latest === undefined ? '' : describeLatest(latest), 'dim'],
  ];
}

function describeLatest(latest: EventOf<'output' | 'progress'>): string {
  if (latest.type === 'output') return cleanLine(latest.line).replaceAll(/\s+/g, ' ').trimStart();
  const { bytes, totalBytes, item } = latest;
  if (totalBytes === undefined || totalBytes <= 0) return `${formatBytes(bytes)}  ${cleanLine(item)}`;
  const percent = Math.min(100, Math.floor((100 * bytes) / totalBytes));
  return `${percent}% of ${formatBytes(totalBytes)}  ${cleanLine(item)}`;
}

/** `█████░░░░░  12/40  3m20s  ~4m05s left  1 failed`; the bar takes what room there is. */
function overall(run: RunState, forecast: Forecast, now: number, limit: number): readonly Piece[] {
  const failed = [...run.ended.values()].filter(({ kind }) => kind === 'failed').length;
  const left = forecast.leftMs(now);
  const pieces: readonly Piece[] = [
    [`  ${forecast.done}/${forecast.total}`, 'bold'],
    [`  ${formatSeconds(run.elapsedMs(now))}`, 'plain'],
    [left === undefined ? '' : `  ${describeLeft(left)}`, 'plain'],
    [failed === 0 ? '' : `  ${failed} failed`, 'red'],
  ];
  const width = Math.min(LONGEST_BAR, limit - 2 - pieces.reduce((sum, [text]) => sum + textWidth(text), 0));
  if (width < SHORTEST_BAR) return pieces;
  const filled = Math.round(width * Math.min(1, Math.max(0, forecast.fractionDone(now))));
  return [['  ', 'plain'], ['█'.repeat(filled), 'green'], ['░'.repeat(width - filled), 'dim'], ...pieces];
}

function describeLeft(leftMs: number): string {
  return leftMs < 1000 ? 'nearly done' : `~${formatSeconds(leftMs)} left`;
}

/** The pieces one after the other, cut where the line is full. */
function join(pieces: readonly Piece[], limit: number, paint: Paint): string {
  let line = '';
  let room = limit;
  for (const [text, style] of pieces) {
    const cut = truncate(text, room);
    line += paint(style, cut);
    room -= textWidth(cut);
  }
  return line.trimEnd();
}
