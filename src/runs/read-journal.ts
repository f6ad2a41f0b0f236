import { existsSync } from "node:fs";
import type { ModelReply } from "../models/model.ts";
import { CallJournal } from "./journal/journal.ts";
import { readManifest } from "./manifest.ts";
import type { MeanCalls } from "./journal/paid-totals.ts";
import { runFiles } from "./run-files.ts";

/** The journal of a run directory, to be read beside the process that may be at work in it. */
export interface ReadableJournal extends Disposable {
  get(address: string): ModelReply | undefined;
  /** How often each phase was asked for anew; part of a call's address. */
  round(phase: string): number;
  means(): MeanCalls[];
}

/** Undefined where the folder holds no journal. @throws SysGenError when it cannot be read. */
export async function openJournal(folder: string): Promise<ReadableJournal | undefined> {
  const files = runFiles(folder);
  if (!existsSync(files.journal)) return undefined;
  const manifest = await readManifest(files.manifest);
  const journal = new CallJournal(files.journal, { readOnly: true, leastBytes: 0 });
  return {
    get: (address) => journal.get(address),
    round: (phase) => manifest?.rounds[phase] ?? 0,
    means: () => journal.meanCalls(),
    [Symbol.dispose]: () => journal.close(),
  };
}
