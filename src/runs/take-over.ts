import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import Database from "libsql";
import { z } from "zod";
import { SysGenError, messageOf } from "../errors.ts";
import { explainWriteError, isDiskFull } from "./disk-errors.ts";
import type { RunFiles } from "./run-files.ts";

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
  const temporary = `${journal}.tmp`;
  try {
    const page = database.prepare(
      "SELECT address, phase, model, input_tokens, output_tokens, reply FROM calls WHERE address > ? ORDER BY address LIMIT ?",
    );
    const file = openSync(temporary, "w");
    for (let after = ""; ;) {
      const calls = z.array(callRow).parse(page.all(after, pageSize));
      const last = calls.at(-1);
      if (last === undefined) break;
      writeSync(file, calls.map(lineOf).join(""));
      after = last.address;
    }
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, journal);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (isDiskFull(error)) throw explainWriteError(journal, error);
    throw new SysGenError(
      `${formerJournal} is damaged (${messageOf(error)}). It holds the replies that were paid for: restore it from a copy together with its -wal file, or move it away and run again.`,
      { cause: error },
    );
  } finally {
    database.close();
  }
}

function lineOf({ address, phase, model, input_tokens: inputTokens, output_tokens: outputTokens, reply }: z.infer<typeof callRow>): string {
  const { text, finishReason } = replySchema.parse(JSON.parse(reply));
  return `${JSON.stringify({ address, phase, model, inputTokens, outputTokens, tookMs: null, finishReason, text })}\n`;
}
