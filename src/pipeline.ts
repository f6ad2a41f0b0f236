import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { RunConfig } from "./config.ts";
import { openDataset, type Dataset, type DatasetEntry } from "./datasets/index.ts";
import { UsageError } from "./errors.ts";
import { factsOf, identityOf } from "./identity.ts";
import { openModel } from "./models/open-model.ts";
import { withJournal, type JournalEntry } from "./models/with-journal.ts";
import { withRetry } from "./models/with-retry.ts";
import type { RowEnd, RunObserver, RunOptions } from "./observer.ts";
import type { Outcome } from "./records/outcome.ts";
import { Road } from "./road.ts";
import { inLanes, untilAborted } from "./runs/lanes.ts";
import { outcomeLine, type ModelNames } from "./runs/outcome-line.ts";
import { openRun, type Run } from "./runs/run.ts";
import { summarize, type RunSummary } from "./runs/summary.ts";

/**
 * Takes a dataset through the four phases into a run directory, or goes on where an earlier run of it ended:
 * file -> rows -> examples -> phases -> outcomes -> result store -> dataset.jsonl and rejected.jsonl.
 * @throws UsageError for bad configuration or input, and when a server refuses every call; SysGenError when the run cannot go on.
 * What was paid by then is in the journal, and the same call resumes.
 */
export async function runPipeline(config: RunConfig, options: RunOptions = {}): Promise<RunSummary> {
  const started = performance.now();
  const { observer = {}, signal = never() } = options;
  await using open = await openAll(config, options, { preview: false });
  const { dataset, run, road, names } = open;
  let rowsRead = 0;
  await inLanes(dataset.entries, open.concurrency, signal, async (entry) => {
    rowsRead = Math.max(rowsRead, entry.index + 1);
    await settle(entry, run, road, names, observer);
  }).catch(async (error: unknown) => {
    await run.stopped();
    throw error;
  });
  // Results past the last row read are of rows that are gone; or, in a run broken off, of rows that may have changed.
  if (!signal.aborted || !run.sameInput) {
    run.store.clearResults(rowsRead);
    if (!dataset.selection.isAll) run.store.keepResults((position) => dataset.selection.includes(position));
  }
  const state = signal.aborted ? "interrupted" : road.fatal ? "stopped" : "finished";
  const summary = summarize(run.folder, run.store, state, performance.now() - started);
  await run.write(state, { summary });
  if (road.fatal)
    throw new UsageError(
      `The run stopped: ${road.fatal.message}. What was paid is kept in ${run.folder}: mend this and run the same command again.`,
    );
  return summary;
}

/** One row to its result, unless an earlier run of this directory settled it. */
async function settle(entry: DatasetEntry, run: Run, road: Road, names: ModelNames, observer: RunObserver): Promise<void> {
  const { index: position, row, id } = entry;
  const { line, raw } = row;
  const digest = createHash("sha1").update(id).update("\0").update(raw).digest("base64url");
  if (run.store.settled(position, digest)) return observer.onRow?.({ outcome: "resumed", phase: undefined, id, reason: undefined });
  const result = await road.walk(entry);
  if (result === undefined) return;
  const { outcome } = result;
  const end = result.outcome === "done" ? { source: raw } : { phase: result.phase, reason: result.reason };
  await run.store.putResult({ position, line, digest, outcome, ...end, body: outcomeLine(result, entry, names) });
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
  await using open = await openAll(config, options, { preview: true });
  const rows: PreviewedRow[] = [];
  await inLanes(open.dataset.entries, open.concurrency, options.signal ?? never(), async (entry) => {
    const outcome = await open.road.walk(entry);
    if (outcome === undefined) return;
    options.observer?.onRow?.(rowEnd(outcome, entry.id));
    rows.push({ entry, outcome, line: outcomeLine(outcome, entry, open.names) });
  });
  if (open.road.fatal) throw new UsageError(open.road.fatal.message);
  return rows.toSorted((a, b) => a.entry.index - b.entry.index);
}

interface OpenPipeline extends AsyncDisposable {
  readonly dataset: Dataset;
  readonly run: Run;
  readonly road: Road;
  readonly names: ModelNames;
  readonly concurrency: number;
}

async function openAll(config: RunConfig, options: RunOptions, { preview }: { preview: boolean }): Promise<OpenPipeline> {
  const { observer = {}, signal = never(), env = process.env, stdin = process.stdin } = options;
  const dataset = await untilAborted(
    openDataset({ ...config, stdin, env, signal, onNotice: observer.onNotice, onDownload: observer.onDownload }),
    signal,
  );
  const backend = await openModel(config.generator, { env, observer });
  const judgeBackend = config.judge === undefined ? backend : await openModel(config.judge, { env, observer });
  const names = { model: backend.name, judgeModel: judgeBackend.name };
  const identity = identityOf(config, dataset, backend, judgeBackend);
  const closeModels = async (): Promise<void> => {
    await Promise.all([backend.close(), judgeBackend.close()]);
  };
  let run: Run;
  try {
    run = await openRun(config.out, identity, factsOf(config, dataset), { ...config, preview, inputStamp: dataset.input.stamp });
  } catch (error) {
    await Promise.all([closeModels(), dataset.entries.return()]);
    throw error;
  }
  const replied = new Set<string>();
  const onPaid = (entry: JournalEntry): void => {
    replied.add(entry.model);
    observer.onPaid?.(entry);
  };
  const model = withJournal(withRetry(backend), run.store, onPaid);
  const judge = judgeBackend === backend ? model : withJournal(withRetry(judgeBackend), run.store, onPaid);
  const road = new Road(
    config,
    (phase) => run.round(phase),
    model,
    judge,
    ({ name }) => replied.has(name),
    signal,
    observer,
  );
  const concurrency = config.concurrency ?? backend.defaultConcurrency;
  observer.onStart?.({ folder: run.folder, ...names, concurrency, format: dataset.format.name, countRows: () => dataset.count() });
  return {
    dataset,
    run,
    road,
    names,
    concurrency,
    async [Symbol.asyncDispose]() {
      await closeModels().finally(() => run.close());
    },
  };
}

function never(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return signal;
}
