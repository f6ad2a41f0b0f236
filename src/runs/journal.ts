import { z } from "zod";
import type { Journal, JournalEntry } from "../models/with-journal.ts";
import type { ModelReply } from "../models/model.ts";
import { phaseNames, type PhaseName } from "../records/outcome.ts";
import type { Sqlite } from "./database.ts";
import type { GroupCommit } from "./group-commit.ts";

/** Calls paid in the life of a run directory, of one phase and model. */
export interface PaidCalls {
  readonly phase: PhaseName;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Mean time from request to reply, over the calls whose time is known; undefined when none is. */
  readonly meanMs: number | undefined;
}

const storedReply = z.object({
  text: z.string(),
  finishReason: z.enum(["stop", "length", "content-filter", "other"]),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }),
});
const replyRow = z.object({ reply: z.string() });
const paidRow = z.object({
  phase: z.enum(phaseNames),
  model: z.string(),
  calls: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  meanMs: z.number().nullable(),
});

/** The journal of paid calls: the run's only state. No call in it is ever changed or forgotten. */
export class CallJournal implements Journal {
  readonly #database: Sqlite;
  readonly #commits: GroupCommit;
  readonly #statements;
  #replies: number;

  constructor(database: Sqlite, commits: GroupCommit) {
    this.#database = database;
    this.#commits = commits;
    this.#replies = z.object({ last: z.number() }).parse(database.prepare("SELECT coalesce(max(id), 0) AS last FROM replies").get()).last;
    this.#statements = {
      get: database.prepare("SELECT replies.reply FROM calls JOIN replies ON replies.id = calls.reply WHERE address = ?"),
      putCall: database.prepare("INSERT OR IGNORE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?)"),
      putReply: database.prepare("INSERT INTO replies VALUES (?, ?)"),
    };
  }

  get(address: string): ModelReply | undefined {
    const row = this.#statements.get.get(address);
    return row === undefined ? undefined : storedReply.parse(JSON.parse(replyRow.parse(row).reply));
  }

  put(address: string, { phase, model, reply }: JournalEntry): Promise<void> {
    const { text, finishReason, usage, tookMs } = reply;
    const stored = JSON.stringify({ text, finishReason, usage });
    const id = ++this.#replies;
    const took = tookMs === undefined ? null : Math.round(tookMs);
    return this.#commits.write(() => {
      this.#statements.putReply.run(id, stored);
      this.#statements.putCall.run(address, phase, model, usage.inputTokens, usage.outputTokens, took, id);
    });
  }

  /** Calls paid in the life of this run directory, by phase and model. */
  countPaid(): PaidCalls[] {
    const rows = this.#database
      .prepare(
        `SELECT phase, model, count(*) AS calls, sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens, avg(took_ms) AS meanMs
         FROM calls GROUP BY phase, model`,
      )
      .all();
    const counts = z.array(paidRow).parse(rows);
    return phaseNames.flatMap((phase) =>
      counts.filter((row) => row.phase === phase).map((row) => ({ ...row, meanMs: row.meanMs ?? undefined })),
    );
  }
}
