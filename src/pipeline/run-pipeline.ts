import { hash } from "node:crypto";
import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { UsageError } from "../errors.ts";
import type { RowEnd, RunObserver, RunOptions } from "../execution/observer.ts";
import { openPipeline, type OpenPipeline } from "./open-pipeline.ts";
import type { Outcome } from "../records/outcome.ts";
import { inLanes } from "../execution/lanes.ts";
import { outcomeLine } from "../runs/row-line.ts";
import { summarize, type RunSummary } from "../runs/summary.ts";
import { traitsOf } from "../runs/tally.ts";

/**
 * Takes a dataset through the four phases into a run directory, or goes on where an earlier run of it ended:
 * file -> rows -> examples -> phases -> outcomes -> result store -> dataset.jsonl and rejected.jsonl.
 * @throws UsageError for bad configuration or input, and when a server refuses every call; SysGenError when the run cannot go on.
 * What was paid by then is in the journal, and the same call resumes.
 */
export async function runPipeline(config: RunConfig, options: RunOptions = {}): Promise<RunSummary> {
  const started = performance.now();
  await using open = await openPipeline(config, options, { preview: false });
  const { dataset, run, road, stop } = open;
  const { store } = run;
  let rowsRead = 0;
  await inLanes(dataset.entries, open.lanes, async (entry) => {
    rowsRead = Math.max(rowsRead, entry.index + 1);
    await settle(entry, open, options.observer);
  })
    .then(() => store.settled())
    .catch(async (error: unknown) => {
      await run.stopped();
      throw error;
    });
  // Results past the last row read are of rows that are gone; or, in a run broken off, of rows that may have changed.
  if (!stop.signal.aborted || !run.sameInput) {
    store.results.clear(rowsRead);
    if (!dataset.selection.isAll) store.results.keep((position) => dataset.selection.includes(position));
  }
  const stoppedBy = road.fatal?.message ?? stop.why;
  const state = stoppedBy !== undefined ? "stopped" : stop.signal.aborted ? "interrupted" : "finished";
  store.putNote("load", JSON.stringify(open.loads()));
  const summary = summarize(run.folder, store, { state, stoppedBy, elapsedMs: performance.now() - started });
  await run.write(state, { summary });
  if (road.fatal)
    throw new UsageError(
      `The run stopped: ${road.fatal.message}. What was paid is kept in ${run.folder}: mend this and run the same command again.`,
    );
  return summary;
}

/** One row to its result, unless an earlier run of this directory settled it. */
async function settle(entry: DatasetEntry, { run, road, names }: OpenPipeline, observer: RunObserver = {}): Promise<void> {
  const { index: position, row, id } = entry;
  const { line, raw } = row;
  const digest = hash("sha1", `${id}\0${raw}`, "base64url");
  if (await run.settles(position, digest)) return observer.onRow?.({ outcome: "resumed", phase: undefined, id, reason: undefined });
  const result = await road.walk(entry, run.rounds(digest));
  if (result === undefined) return;
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
}

function rowEnd(result: Outcome, id: string): RowEnd {
  const { phase, reason } = result.outcome === "done" ? { phase: undefined, reason: undefined } : result;
  return { outcome: result.outcome, phase, id, reason };
}

/** A row and what the phases made of it. */
export interface PreviewedRow {
  readonly entry: DatasetEntry;
  readonly outcome: Outcome;
  /** The line that the row would be in dataset.jsonl or rejected.jsonl. */
  readonly line: string;
}

/**
 * The four phases on the first rows, shown and not stored: the run directory's dataset stays as it is. The calls are in its journal,
 * so the run that follows does not pay them again.
 * @throws as `runPipeline`.
 */
export async function previewPipeline(config: RunConfig, options: RunOptions = {}): Promise<PreviewedRow[]> {
  await using open = await openPipeline(config, options, { preview: true });
  const rows: PreviewedRow[] = [];
  await inLanes(open.dataset.entries, open.lanes, async (entry) => {
    const outcome = await open.road.walk(entry, open.run.rounds(""));
    if (outcome === undefined) return;
    options.observer?.onRow?.(rowEnd(outcome, entry.id));
    rows.push({ entry, outcome, line: outcomeLine(outcome, entry, open.names) });
  });
  if (open.stop.why !== undefined) options.observer?.onNotice?.(open.stop.why);
  if (open.road.fatal) throw new UsageError(open.road.fatal.message);
  return rows.toSorted((a, b) => a.entry.index - b.entry.index);
}
