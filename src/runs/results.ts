import { z } from "zod";
import type { Sqlite } from "./database.ts";
import type { GroupCommit } from "./group-commit.ts";

/** What became of one row. `body` is its line in dataset.jsonl or rejected.jsonl. */
export interface Result {
  /** Position among the input's rows, from 0. */
  readonly position: number;
  readonly line: number;
  /** Hash of the row's text: a changed row is done anew. */
  readonly digest: string;
  readonly outcome: "done" | "dropped" | "failed";
  readonly phase?: string;
  readonly reason?: string;
  readonly body: string;
  /** The row's own text, which `sysgen export` writes rows like; kept for rows that are done. */
  readonly source?: string;
}

/** A result without its texts. */
export interface ResultState {
  readonly digest: string;
  readonly outcome: Result["outcome"];
  readonly phase: string | null;
  readonly reason: string | null;
}

export interface OutcomeCount {
  readonly outcome: Result["outcome"];
  readonly phase: string | null;
  readonly reason: string | null;
  readonly rows: number;
}

const outcome = z.enum(["done", "dropped", "failed"]);
const stateRow = z.object({ digest: z.string(), outcome, phase: z.string().nullable(), reason: z.string().nullable() });
const outcomeRow = z.object({ outcome, phase: z.string().nullable(), reason: z.string().nullable(), rows: z.number() });
const pageRow = z.object({ position: z.number(), body: z.string(), source: z.string().nullish() });

/** What became of the rows: can be made from the journal again at no cost. */
export class Results {
  readonly #database: Sqlite;
  readonly #commits: GroupCommit;
  readonly #statements;

  constructor(database: Sqlite, commits: GroupCommit) {
    this.#database = database;
    this.#commits = commits;
    this.#statements = {
      state: database.prepare("SELECT digest, outcome, phase, reason FROM results WHERE position = ?"),
      delete: database.prepare("DELETE FROM results WHERE position = ?"),
      put: database.prepare("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
    };
  }

  /** Resolves when the result is on disk. */
  put(result: Result): Promise<void> {
    const { position, line, digest, outcome: ending, phase = null, reason = null, body, source = null } = result;
    return this.#commits.write(() => this.#statements.put.run(position, line, digest, ending, phase, reason, body, source));
  }

  state(position: number): ResultState | undefined {
    const row = this.#statements.state.get(position);
    return row === undefined ? undefined : stateRow.parse(row);
  }

  /** Forgets the result at one position. */
  forget(position: number): Promise<void> {
    return this.#commits.write(() => this.#statements.delete.run(position));
  }

  /** Forgets results from a position on, which a changed configuration makes stale; no call is forgotten. */
  clear(from = 0): void {
    this.#database.prepare("DELETE FROM results WHERE position >= ?").run(from);
  }

  /** Forgets the results at other positions: rows that are no longer taken from the input. */
  keep(isKept: (position: number) => boolean): void {
    const positions = z.array(z.object({ position: z.number() })).parse(this.#database.prepare("SELECT position FROM results").all());
    this.#database.exec("BEGIN");
    for (const { position } of positions) if (!isKept(position)) this.#statements.delete.run(position);
    this.#database.exec("COMMIT");
  }

  /** The lines of one output file in input order; one batch is in memory at a time. */
  *bodies(outcomes: readonly Result["outcome"][]): Generator<string, void, void> {
    for (const { body } of this.#pages("body", outcomes)) yield body;
  }

  /** The rows that are done, in input order: their lines in dataset.jsonl, and their own text where it was kept. */
  *done(): Generator<{ body: string; source: string | undefined }, void, void> {
    for (const { body, source } of this.#pages("body, source", ["done"])) yield { body, source: source ?? undefined };
  }

  count(): OutcomeCount[] {
    const rows = this.#database
      .prepare("SELECT outcome, phase, reason, count(*) AS rows FROM results GROUP BY outcome, phase, reason ORDER BY rows DESC, reason")
      .all();
    return z.array(outcomeRow).parse(rows);
  }

  *#pages(columns: string, outcomes: readonly Result["outcome"][]): Generator<z.infer<typeof pageRow>, void, void> {
    const page = this.#database.prepare(
      `SELECT position, ${columns} FROM results WHERE outcome IN (${outcomes.map(() => "?").join(", ")}) AND position > ? ORDER BY position LIMIT 64`,
    );
    for (let after = -1; ;) {
      const batch = z.array(pageRow).parse(page.all(...outcomes, after));
      const last = batch.at(-1);
      if (last === undefined) return;
      yield* batch;
      after = last.position;
    }
  }
}
