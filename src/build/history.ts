/** What was built before: durations for the scheduler, logs for `log`, inputs for `why`. A small SQLite database. */
import { DatabaseSync } from 'node:sqlite';
import { moveAside } from '../host/files.ts';
import type { Phase } from '../model/event.ts';
import type { BuildInputs } from '../resolve/explain.ts';

export interface BuildRecord {
  /** Component key, or the key of another task. */
  readonly key: string;
  /** Package id, or what stands for it. */
  readonly id: string;
  readonly outcome: 'built' | 'failed';
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly phasesMs: Readonly<Partial<Record<Phase, number>>>;
  /** Absolute path, if the work wrote a log. */
  readonly logPath: string | undefined;
  /** What entered the id, for components. */
  readonly inputs: BuildInputs | undefined;
}

/** Records of one key beyond these are forgotten. */
const KEPT_PER_KEY = 20;
const BUSY_TIMEOUT_MS = 10_000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS builds (
    key TEXT NOT NULL, id TEXT NOT NULL, outcome TEXT NOT NULL, started_at INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL, phases_ms TEXT NOT NULL, log_path TEXT, inputs TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS builds_by_key ON builds (key, started_at);
  PRAGMA user_version = 1;
`;

export class History implements Disposable {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens the database, made if it is not there. One that cannot be read is moved aside: it holds nothing that is needed. */
  static async open(path: string): Promise<History> {
    try {
      return new History(openDatabase(path));
    } catch (error) {
      if (!isDamaged(error)) throw error;
      await moveAside(path, 'corrupt');
      return new History(openDatabase(path));
    }
  }

  add(record: BuildRecord): void {
    this.#database
      .prepare('INSERT INTO builds VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        record.key,
        record.id,
        record.outcome,
        Math.round(record.startedAt),
        Math.round(record.durationMs),
        JSON.stringify(record.phasesMs),
        record.logPath ?? null,
        record.inputs === undefined ? null : JSON.stringify(record.inputs),
      );
    this.#database
      .prepare(
        `DELETE FROM builds WHERE key = ?1 AND started_at <
           (SELECT started_at FROM builds WHERE key = ?1 ORDER BY started_at DESC LIMIT 1 OFFSET ${KEPT_PER_KEY - 1})`,
      )
      .run(record.key);
  }

  /** The last successful duration of everything ever built, in milliseconds by key. */
  durations(): ReadonlyMap<string, number> {
    const rows = this.#database
      .prepare(`SELECT key, duration_ms, max(started_at) FROM builds WHERE outcome = 'built' GROUP BY key`)
      .all();
    return new Map(rows.map((row) => [String(row['key']), Number(row['duration_ms'])]));
  }

  /** The records of one key, the newest first. */
  of(key: string): readonly BuildRecord[] {
    const rows = this.#database
      .prepare('SELECT * FROM builds WHERE key = ? ORDER BY started_at DESC, rowid DESC')
      .all(key);
    return rows.map((row) => ({
      key,
      id: String(row['id']),
      outcome: row['outcome'] === 'built' ? 'built' : 'failed',
      startedAt: Number(row['started_at']),
      durationMs: Number(row['duration_ms']),
      phasesMs: parseJson(row['phases_ms']) ?? {},
      logPath: typeof row['log_path'] === 'string' ? row['log_path'] : undefined,
      inputs: parseJson(row['inputs']),
    }));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
function isDamaged(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (error.errcode === 11 || error.errcode === 26);
}

/** Only this module writes these columns, so their shape is what it wrote. */
function parseJson<T>(text: unknown): T | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return typeof text === 'string' ? (JSON.parse(text) as T) : undefined;
}
