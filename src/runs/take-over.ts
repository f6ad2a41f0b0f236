import { existsSync } from "node:fs";
import Database from "libsql";
import { z } from "zod";
import { SysGenError, messageOf } from "../errors.ts";
import { checkedLine } from "./journal/checked-line.ts";
import type { Sqlite } from "./results/database.ts";
import { explainWriteError, isDiskFull } from "../platform/disk-errors.ts";
import { retriedRowSchema, type RetriedRow } from "./retries.ts";
import type { RunFiles } from "./run-files.ts";
import { writeAtomicallySync } from "../platform/write-atomically.ts";

const callRow = z.object({
  address: z.string(),
  phase: z.string(),
  model: z.string(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  reply: z.string(),
});
const replySchema = z.object({ text: z.string(), finishReason: z.string() });
const pageSize = 256;

/**
 * Makes the journal of a run directory of an earlier version, which kept its calls in journal.sqlite; nothing where there is none. Its results
 * are not taken along: the journal gives them again.
 * @throws SysGenError when the old file is damaged, or there is no room for the new one.
 */
export function takeOver({ journal, formerJournal }: RunFiles): void {
  if (existsSync(journal) || !existsSync(formerJournal)) return;
  const database = new Database(formerJournal);
  try {
    const page = database.prepare(
      "SELECT address, phase, model, input_tokens, output_tokens, reply FROM calls WHERE address > ? ORDER BY address LIMIT ?",
    );
    writeAtomicallySync(journal, pages(page));
  } catch (error) {
    if (isDiskFull(error)) throw explainWriteError(journal, error);
    throw new SysGenError(
      `${formerJournal} is damaged (${messageOf(error)}). It holds the replies that were paid for: restore it from a copy together with its -wal file, or move it away and run again.`,
      { cause: error },
    );
  } finally {
    database.close();
  }
}

/** The lines of all calls, some at a time. */
function* pages(page: { all(after: string, most: number): unknown }): Generator<string, void, void> {
  for (let after = ""; ;) {
    const calls = z.array(callRow).parse(page.all(after, pageSize));
    const last = calls.at(-1);
    if (last === undefined) return;
    yield calls.map(lineOf).join("");
    after = last.address;
  }
}

function lineOf({ address, phase, model, input_tokens: inputTokens, output_tokens: outputTokens, reply }: z.infer<typeof callRow>): string {
  const { text, finishReason } = replySchema.parse(JSON.parse(reply));
  return `${checkedLine({ address, phase, model, inputTokens, outputTokens, tookMs: null, finishReason, text })}\n`;
}

/** Rows that were tried anew by a version that knew it only in the index. */
export function formerRetries(index: Sqlite): RetriedRow[] {
  const isThere = index.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'retries'").get() !== undefined;
  return isThere ? z.array(retriedRowSchema).parse(index.prepare("SELECT digest, phase, rounds, session FROM retries").all()) : [];
}

/** Keeps them in their file, where there is none; the index may be thrown away. @throws SysGenError when there is no room for it. */
export function takeOverRetries({ retries }: RunFiles, index: Sqlite): void {
  if (existsSync(retries)) return;
  const rows = formerRetries(index);
  if (rows.length === 0) return;
  try {
    writeAtomicallySync(retries, [rows.map((row) => `${checkedLine(row)}\n`).join("")]);
  } catch (error) {
    throw explainWriteError(retries, error);
  }
}
