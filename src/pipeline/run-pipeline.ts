import { hash } from "node:crypto";
import type { RunConfig } from "../config/run-config.ts";
import type { Dataset, DatasetEntry } from "../datasets/index.ts";
import { UsageError } from "../errors.ts";
import { inLanes } from "../execution/lanes.ts";
import type { RunObserver } from "../execution/observer.ts";
import { OwnCodeError } from "../platform/own-code.ts";
import { outcomeLine } from "../runs/row-line.ts";
import { summarize, type RunSummary } from "../runs/summary.ts";
import { traitsOf } from "../runs/tally.ts";
import { openPipeline, type OpenPipeline } from "./open-pipeline.ts";
import type { PipelineOptions } from "./own-parts.ts";
import type { RunPart } from "./run-part.ts";
import { rowEnd } from "./row-end.ts";

/**
 * Takes a dataset through the phases into a run directory, or goes on where an earlier run of
 * the directory ended. The road is file -> rows -> examples -> phases -> outcomes -> result store
 * -> dataset.jsonl and rejected.jsonl.
 * @throws UsageError for bad configuration or input, and when a server refuses every call.
 * @throws SysGenError when the run cannot go on. What was paid by then is in the journal, and the
 * same call resumes.
 */
export function runPipeline(config: RunConfig, options: PipelineOptions = {}): Promise<RunSummary> {
  return runRows(config, options);
}

/**
 * Is given the line of each row that has a result, also of one that an earlier run settled. Rows
 * are numbered from 0 as they are read, and come as they end. The row's place among those at work
 * is free once the promise resolves.
 */
export type OnLine = (number: number, line: string, entry: DatasetEntry) => Promise<void>;

/**
 * As `runPipeline`, for a part of a run or for its parts put together.
 * @throws RunInUse when another process is at work in the part's directory.
 */
export function runPart(config: RunConfig, options: PipelineOptions, part: RunPart): Promise<RunSummary> {
  return runRows(config, options, { part });
}

interface RowsOptions {
  readonly onLine?: OnLine;
  readonly part?: RunPart;
}

/** As `runPipeline`, and hands over each row's line. */
export async function runRows(config: RunConfig, options: PipelineOptions, { onLine, part }: RowsOptions = {}): Promise<RunSummary> {
  const started = performance.now();
  if (config.batch !== undefined && onLine !== undefined)
    throw new UsageError(
      "batch goes through the rows several times, and rows of a program are read once. Write them to a file, and run that.",
    );
  await using open = await openPipeline(config, options, { preview: false, part });
  const { run, stop } = open;
  let summary: RunSummary;
  try {
    summary = await settleAll(open, { started, observer: options.observer, onLine });
  } catch (error) {
    await run.stopped();
    throw error;
  }
  const { fatal } = stop;
  if (fatal) {
    // Mended code has another hash, and a run directory refuses it without --force.
    const cure =
      fatal instanceof OwnCodeError
        ? "mend the code and run the same command again with --force, because mended code is other code"
        : "mend this and run the same command again";
    const said = `The run stopped: ${fatal.message}. What was paid is kept in ${run.folder}: ${cure}.`;
    throw new UsageError(said, { cause: fatal });
  }
  return summary;
}

interface Settling {
  /** When the command began, in milliseconds. */
  readonly started: number;
  readonly observer: RunObserver | undefined;
  readonly onLine: OnLine | undefined;
}

/** Takes each row to its result, and writes the output files. */
async function settleAll(open: OpenPipeline, { started, observer, onLine }: Settling): Promise<RunSummary> {
  const { dataset, road, run, stop, waves } = open;
  const { store } = run;
  await waves?.begin();
  if (open.drawsFirst) await road.drawLines();
  let { rowsRead, settled } = await pass(open, dataset, (entry) => settle(entry, open, observer), onLine);
  while ((await waves?.next()) === true) {
    // The next pass looks for the results of this one in the index.
    await store.settled();
    store.results.passBegins();
    const again = await open.reopen();
    try {
      ({ rowsRead, settled } = await pass(open, again, (entry) => settleFurther(entry, open, observer)));
    } finally {
      await again.close();
    }
  }
  await store.settled();
  // Results behind the last row read are of rows that are gone. In a run that was broken off they
  // may be of rows that are still there, if the input is the same.
  if (!stop.rows.aborted || !run.sameInput) {
    store.results.clear(rowsRead);
    if (!dataset.selection.isAll) store.results.keep((position) => dataset.selection.includes(position));
  }
  const { size } = store.results;
  if (size < settled || (!stop.rows.aborted && size > settled)) throw run.resultsLost(size, settled);
  const { state, why: stoppedBy, waiting } = stop;
  store.putNote("load", JSON.stringify(open.loads()));
  const summary = await summarize(run, { state, stoppedBy, waiting, elapsedMs: performance.now() - started });
  await run.write(state, { summary });
  return summary;
}

/** Goes through all rows once. */
async function pass(
  { lanes, road, stop }: OpenPipeline,
  { entries }: Dataset,
  settleRow: (entry: DatasetEntry) => Promise<(() => string) | undefined>,
  onLine?: OnLine,
): Promise<{ readonly rowsRead: number; readonly settled: number }> {
  let rowsRead = 0;
  let begun = 0;
  let settled = 0;
  stop.passBegins();
  road.passBegins();
  await inLanes(entries, lanes, async (entry) => {
    rowsRead = Math.max(rowsRead, entry.index + 1);
    const number = begun++;
    const line = await settleRow(entry);
    if (line === undefined) return;
    settled++;
    await onLine?.(number, line(), entry);
  });
  return { rowsRead, settled };
}

/** Takes a row of a later pass on. A row that has a result has it of an earlier pass. */
async function settleFurther(
  entry: DatasetEntry,
  open: OpenPipeline,
  observer: RunObserver | undefined,
): Promise<(() => string) | undefined> {
  const { results } = open.run.store;
  if (results.state(entry.index) === undefined) return settle(entry, open, observer);
  return () => results.line(entry.index) ?? "";
}

/**
 * Takes one row to its result, unless an earlier run of this directory settled the row.
 * @returns The row's line. Undefined when the row has no result.
 */
async function settle(
  entry: DatasetEntry,
  { run, road, names }: OpenPipeline,
  observer: RunObserver = {},
): Promise<(() => string) | undefined> {
  const { index: position, row, id } = entry;
  const { line, raw } = row;
  const digest = hash("sha1", `${id}\0${raw}`, "base64url");
  if (await run.settles(position, digest)) {
    observer.onRow?.({ outcome: "resumed", phase: undefined, id, reason: undefined });
    return () => {
      const line = run.store.results.line(position);
      if (line === undefined) throw run.resultsLost(0, 1);
      return line;
    };
  }
  const result = await road.walk(entry, run.rounds(digest));
  if (result === "waiting") run.store.results.forget(position);
  if (result === "waiting" || result === undefined) return undefined;
  const { outcome } = result;
  const end = result.outcome === "done" ? { source: raw } : { phase: result.phase, reason: result.reason };
  const body = outcomeLine(result, entry, names);
  run.store.results.put({
    position,
    line,
    digest: run.resultDigest(digest),
    outcome,
    ...end,
    traits: traitsOf(result, entry.file),
    body,
  });
  await run.store.keepUp();
  observer.onRow?.(rowEnd(result, id));
  return () => body;
}
