import { existsSync } from "node:fs";
import { z } from "zod";
import type { ModelReply } from "../models/model.ts";
import { phaseNames, type PhaseName } from "../records/outcome.ts";
import { openForReading } from "./database.ts";
import { readManifest } from "./manifest.ts";
import { runFiles } from "./run-files.ts";
import { Store } from "./store.ts";

/** What calls of one phase and model took, over all that are in the journal and whose tokens are known. */
export interface MeanCalls {
  readonly phase: PhaseName;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Standard deviation over the calls. */
  readonly outputTokensDeviation: number;
  /** From the request to the reply; undefined when no call's time is known. */
  readonly ms: number | undefined;
}

/** The journal of a run directory, to be read beside the process that may be at work in it. */
export interface ReadableJournal extends Disposable {
  get(address: string): ModelReply | undefined;
  /** How often each phase was asked for anew; part of a call's address. */
  round(phase: PhaseName): number;
  means(): MeanCalls[];
}

/** Undefined where the folder holds no journal. @throws SysGenError when it cannot be read. */
export async function openJournal(folder: string): Promise<ReadableJournal | undefined> {
  const files = runFiles(folder);
  if (!existsSync(files.store)) return undefined;
  const manifest = await readManifest(files.manifest);
  const store = new Store(files.store, { readOnly: true });
  return {
    get: (address) => store.get(address),
    round: (phase) => manifest?.rounds[phase] ?? 0,
    means: () => meanCalls(files.store),
    [Symbol.dispose]: () => store.close(),
  };
}

const meansRow = z.object({
  phase: z.enum(phaseNames),
  model: z.string(),
  calls: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  squares: z.number(),
  ms: z.number().nullable(),
});

/** Means over the calls in a journal's file. Servers that report no usage leave zeros, which are no measurement. */
export function meanCalls(path: string): MeanCalls[] {
  const database = openForReading(path);
  try {
    const columns = z.array(z.object({ name: z.string() })).parse(database.prepare("PRAGMA table_info(calls)").all());
    // Journals of earlier versions know no times.
    const ms = columns.some(({ name }) => name === "took_ms") ? "avg(took_ms)" : "NULL";
    const rows = database
      .prepare(
        `SELECT phase, model, count(*) AS calls, avg(input_tokens) AS inputTokens, avg(output_tokens) AS outputTokens,
           avg(output_tokens * output_tokens) AS squares, ${ms} AS ms
         FROM calls WHERE input_tokens + output_tokens > 0 GROUP BY phase, model`,
      )
      .all();
    return z
      .array(meansRow)
      .parse(rows)
      .map(({ squares, ...row }) => ({
        ...row,
        outputTokensDeviation: row.calls > 1 ? Math.sqrt((Math.max(0, squares - row.outputTokens ** 2) * row.calls) / (row.calls - 1)) : 0,
        ms: row.ms ?? undefined,
      }));
  } finally {
    database.close();
  }
}
