/** What was built before: durations for the scheduler, logs for `log`, inputs for `why`. A small SQLite database. */
import { DatabaseSync } from 'node:sqlite';
import { moveAside } from '../host/files.ts';
import { sizeNow } from '../host/quick-files.ts';
import type { Phase } from '../model/event.ts';
import { formatPythonJson, parsePythonJson } from '../model/python-json.ts';
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

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = [11, 26];
/** SQLITE_ERROR, which a database without our table gives, SQLITE_READONLY and SQLITE_CANTOPEN. */
const UNREADABLE = [1, 8, 14];

const NEWEST_FIRST = 'ORDER BY started_at DESC, rowid DESC';

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

  /**
   * Opens the database to look at it, changing nothing; undefined if there is none, or none that can be read: what a
   * build will move aside, others may take for an empty one.
   */
  static read(path: string): History | undefined {
    if ((sizeNow(path) ?? 0) === 0) return undefined;
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
    try {
      database.prepare('SELECT 1 FROM builds LIMIT 1').get();
      return new History(database);
    } catch (error) {
      database.close();
      if (isDamaged(error) || hasErrorCode(error, UNREADABLE)) return undefined;
      throw error;
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
        record.inputs === undefined ? null : formatInputs(record.inputs),
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

  /** Ids of everything that was built and is remembered. */
  builtIds(): ReadonlySet<string> {
    const rows = this.#database.prepare(`SELECT DISTINCT id FROM builds WHERE outcome = 'built'`).all();
    return new Set(rows.map((row) => String(row['id'])));
  }

  /** The records of one key, the newest first. */
  of(key: string): readonly BuildRecord[] {
    return this.#find(`key = ? ${NEWEST_FIRST}`, key);
  }

  /** The newest record of one key, or the newest with that outcome. */
  last(key: string, outcome?: BuildRecord['outcome']): BuildRecord | undefined {
    if (outcome === undefined) return this.#find(`key = ? ${NEWEST_FIRST} LIMIT 1`, key)[0];
    return this.#find(`key = ? AND outcome = ? ${NEWEST_FIRST} LIMIT 1`, key, outcome)[0];
  }

  /** The newest record of an id. */
  withId(id: string): BuildRecord | undefined {
    return this.#find(`id = ? ${NEWEST_FIRST} LIMIT 1`, id)[0];
  }

  /** The newest record of an id that succeeded. */
  built(id: string): BuildRecord | undefined {
    return this.#find(`id = ? AND outcome = 'built' ${NEWEST_FIRST} LIMIT 1`, id)[0];
  }

  /** The records of every variant of a component, the newest first. */
  ofName(name: string): readonly BuildRecord[] {
    return this.#find(`key >= ? AND key < ? ${NEWEST_FIRST}`, `${name}|`, `${name}}`);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #find(where: string, ...values: readonly string[]): readonly BuildRecord[] {
    const rows = this.#database.prepare(`SELECT * FROM builds WHERE ${where}`).all(...values);
    return rows.map((row) => ({
      key: String(row['key']),
      id: String(row['id']),
      outcome: row['outcome'] === 'built' ? 'built' : 'failed',
      startedAt: Number(row['started_at']),
      durationMs: Number(row['duration_ms']),
      phasesMs: parseJson(row['phases_ms']) ?? {},
      logPath: typeof row['log_path'] === 'string' ? row['log_path'] : undefined,
      inputs: parseJson(row['inputs']),
    }));
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

function isDamaged(error: unknown): boolean {
  return hasErrorCode(error, DAMAGED);
}

function hasErrorCode(error: unknown, codes: readonly number[]): boolean {
  return error instanceof Error && 'errcode' in error && codes.some((code) => error.errcode === code);
}

/** JSON.stringify refuses whole numbers beyond 2^53, which recipes may hold. */
function formatInputs({ id, buildIds, extra }: BuildInputs): string {
  return formatPythonJson({ id, buildIds, extra });
}

/** Only this module writes these columns, so their shape is what it wrote. */
function parseJson<T>(text: unknown): T | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return typeof text === 'string' ? (parsePythonJson(text) as T) : undefined;
}
