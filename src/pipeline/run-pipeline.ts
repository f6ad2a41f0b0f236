import { hash } from "node:crypto";
import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { UsageError } from "../errors.ts";
import { inLanes } from "../execution/lanes.ts";
import type { RunObserver, RunOptions } from "../execution/observer.ts";
import { outcomeLine } from "../runs/row-line.ts";
import { summarize, type RunSummary } from "../runs/summary.ts";
import { traitsOf } from "../runs/tally.ts";
import { openPipeline, type OpenPipeline } from "./open-pipeline.ts";
import { rowEnd } from "./row-end.ts";

/**
 * Takes a dataset through the phases into a run directory, or goes on where an earlier run of
 * the directory ended. The road is file -> rows -> examples -> phases -> outcomes -> result store
 * -> dataset.jsonl and rejected.jsonl.
 * @throws UsageError for bad configuration or input, and when a server refuses every call.
 * @throws SysGenError when the run cannot go on. What was paid by then is in the journal, and the
 * same call resumes.
 */
export async function runPipeline(config: RunConfig, options: RunOptions = {}): Promise<RunSummary> {
  const started = performance.now();
  await using open = await openPipeline(config, options, { preview: false });
  const { run, stop } = open;
  let summary: RunSummary;
  try {
    summary = await settleAll(open, { started, observer: options.observer });
  } catch (error) {
    await run.stopped();
    throw error;
  }
  const { fatal } = stop;
  if (fatal)
    throw new UsageError(
      `The run stopped: ${fatal.message}. What was paid is kept in ${run.folder}: mend this and run the same command again.`,
    );
  return summary;
}

interface Settling {
  /** When the command began, in milliseconds. */
  readonly started: number;
  readonly observer: RunObserver | undefined;
}

/** Takes each row to its result, and writes the output files. */
async function settleAll(open: OpenPipeline, { started, observer }: Settling): Promise<RunSummary> {
  const { dataset, run, stop } = open;
  const { store } = run;
  let rowsRead = 0;
  let settled = 0;
  await inLanes(dataset.entries, open.lanes, async (entry) => {
    rowsRead = Math.max(rowsRead, entry.index + 1);
    if (await settle(entry, open, observer)) settled++;
  });
  await store.settled();
  // Results behind the last row read are of rows that are gone. In a run that was broken off they
  // may be of rows that are still there, if the input is the same.
  if (!stop.rows.aborted || !run.sameInput) {
    store.results.clear(rowsRead);
    if (!dataset.selection.isAll) store.results.keep((position) => dataset.selection.includes(position));
  }
  const { size } = store.results;
  if (size < settled || (!stop.rows.aborted && size > settled)) throw run.resultsLost(size, settled);
  const { state, why: stoppedBy } = stop;
  store.putNote("load", JSON.stringify(open.loads()));
  const summary = await summarize(run, { state, stoppedBy, elapsedMs: performance.now() - started });
  await run.write(state, { summary });
  return summary;
}

/**
 * Takes one row to its result, unless an earlier run of this directory settled the row.
 * @returns Whether the row has a result.
 */
async function settle(entry: DatasetEntry, { run, road, names }: OpenPipeline, observer: RunObserver = {}): Promise<boolean> {
  const { index: position, row, id } = entry;
  const { line, raw } = row;
  const digest = hash("sha1", `${id}\0${raw}`, "base64url");
  if (await run.settles(position, digest)) {
    observer.onRow?.({ outcome: "resumed", phase: undefined, id, reason: undefined });
    return true;
  }
  const result = await road.walk(entry, run.rounds(digest));
  if (result === undefined) return false;
  const { outcome } = result;
  const end = result.outcome === "done" ? { source: raw } : { phase: result.phase, reason: result.reason };
  run.store.results.put({
    position,
    line,
    digest: run.resultDigest(digest),
    outcome,
    ...end,
    traits: traitsOf(result, entry.file),
    body: outcomeLine(result, entry, names),
  });
  await run.store.keepUp();
  observer.onRow?.(rowEnd(result, id));
  return true;
}
