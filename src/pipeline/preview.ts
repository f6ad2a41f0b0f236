import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { UsageError } from "../errors.ts";
import { inLanes } from "../execution/lanes.ts";
import type { Outcome } from "../records/outcome.ts";
import { outcomeLine } from "../runs/row-line.ts";
import { openPipeline } from "./open-pipeline.ts";
import type { PipelineOptions } from "./own-parts.ts";
import { rowEnd } from "./row-end.ts";

/** A row and what the phases made of it. */
export interface PreviewedRow {
  readonly entry: DatasetEntry;
  readonly outcome: Outcome;
  /** The line that the row would be in dataset.jsonl or rejected.jsonl. */
  readonly line: string;
}

/**
 * Takes the first rows through the phases, and stores nothing but their calls. The calls are
 * in the run directory's journal, so that the run which follows does not pay them again. The
 * directory's dataset stays as it is.
 * @throws as `runPipeline`.
 */
export async function previewPipeline(config: RunConfig, options: PipelineOptions = {}): Promise<PreviewedRow[]> {
  await using open = await openPipeline(config, options, { preview: true });
  const { stop } = open;
  const rows: PreviewedRow[] = [];
  await open.waves?.begin();
  await inLanes(open.dataset.entries, open.lanes, async (entry) => {
    const outcome = await open.road.walk(entry, open.run.rounds(""));
    if (outcome === undefined || outcome === "waiting") return;
    options.observer?.onRow?.(rowEnd(outcome, entry.id));
    rows.push({ entry, outcome, line: outcomeLine(outcome, entry, open.names) });
  });
  await open.waves?.next();
  if (stop.fatal) throw new UsageError(stop.fatal.message, { cause: stop.fatal });
  if (stop.why !== undefined) options.observer?.onNotice?.(stop.why);
  return rows.toSorted((a, b) => a.entry.index - b.entry.index);
}
