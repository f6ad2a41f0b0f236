import { z } from "zod";
import type { Sqlite } from "./database.ts";

/**
 * `calls` is the index of paid calls, small enough to be counted in a moment; `replies` grows at its end only, so that a million replies are
 * written as fast as the first. `results` can be made from both again.
 */
const tables = `
CREATE TABLE IF NOT EXISTS calls (
  address TEXT PRIMARY KEY,
  phase TEXT NOT NULL,
  model TEXT NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  took_ms INTEGER,
  reply INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS replies (
  id INTEGER PRIMARY KEY,
  reply TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS results (
  position INTEGER PRIMARY KEY,
  line INTEGER NOT NULL,
  digest TEXT NOT NULL,
  outcome TEXT NOT NULL,
  phase TEXT,
  reason TEXT,
  body TEXT NOT NULL,
  source TEXT
);
CREATE TABLE IF NOT EXISTS retries (
  digest TEXT NOT NULL,
  phase TEXT NOT NULL,
  rounds INTEGER NOT NULL,
  session INTEGER NOT NULL,
  PRIMARY KEY (digest, phase)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;`;

/** Numbered migrations: the one at index n takes a file of version n to n + 1. A file without tables is made as the newest version. */
const migrations: readonly ((database: Sqlite) => void)[] = [
  (database) => {
    if (!columnsOf(database, "results").includes("source")) database.exec("ALTER TABLE results ADD COLUMN source TEXT");
    database.exec(`ALTER TABLE calls RENAME TO calls_0; ${tables}`);
    database.exec("INSERT INTO replies (reply) SELECT reply FROM calls_0 ORDER BY address");
    database.exec(`INSERT INTO calls SELECT address, phase, model, input_tokens, output_tokens, NULL, row_number() OVER (ORDER BY address)
      FROM calls_0 ORDER BY address`);
    database.exec("DROP TABLE calls_0");
  },
];

/** Brings the file to the newest version, whole or not at all. */
export function migrate(database: Sqlite): void {
  const version = versionOf(database);
  if (version === migrations.length) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    if (columnsOf(database, "calls").length === 0) database.exec(tables);
    else for (const step of migrations.slice(version)) step(database);
    database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Whether the file is of the version that this program reads. */
export function isCurrent(database: Sqlite): boolean {
  return versionOf(database) === migrations.length;
}

function versionOf(database: Sqlite): number {
  return z.object({ user_version: z.number() }).parse(database.prepare("PRAGMA user_version").get()).user_version;
}

function columnsOf(database: Sqlite, table: string): string[] {
  const columns = z.array(z.object({ name: z.string() })).parse(database.prepare(`PRAGMA table_info(${table})`).all());
  return columns.map(({ name }) => name);
}
