import { z } from "zod";
import type { PhaseName } from "../records/outcome.ts";
import { inTransaction, type Sqlite } from "./database.ts";

const retryRow = z.object({ phase: z.string(), rounds: z.number(), session: z.number() });

/**
 * How often single rows were tried anew (`--retry`), by the hash of the row's text. The count is part of the address of the row's calls, so a
 * row that is tried anew is asked anew, and a run that is repeated finds the replies of the last try.
 */
export class Retries {
  readonly #database: Sqlite;
  readonly #statements;
  #isEmpty: boolean;

  constructor(database: Sqlite) {
    this.#database = database;
    this.#statements = {
      of: database.prepare("SELECT phase, rounds, session FROM retries WHERE digest = ?"),
      add: database.prepare(
        `INSERT INTO retries VALUES (?, ?, 1, ?)
         ON CONFLICT (digest, phase) DO UPDATE SET rounds = rounds + 1, session = excluded.session`,
      ),
      forget: database.prepare("DELETE FROM results WHERE position = ?"),
    };
    this.#isEmpty = database.prepare("SELECT 1 FROM retries LIMIT 1").get() === undefined;
  }

  /** How often the row was tried anew in a phase. */
  rounds(digest: string): (phase: PhaseName) => number {
    const rows = this.#of(digest);
    return (phase) => rows.find((row) => row.phase === phase)?.rounds ?? 0;
  }

  /** Has the row tried anew from a phase on, and forgets its result; once a session, however often the session is broken off. */
  add(position: number, digest: string, phase: PhaseName, session: number): boolean {
    if (this.#of(digest).some((row) => row.session >= session)) return false;
    this.#isEmpty = false;
    inTransaction(this.#database, () => {
      this.#statements.add.run(digest, phase, session);
      this.#statements.forget.run(position);
    });
    return true;
  }

  #of(digest: string): z.infer<typeof retryRow>[] {
    return this.#isEmpty ? [] : z.array(retryRow).parse(this.#statements.of.all(digest));
  }
}
