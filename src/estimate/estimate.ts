import { setMaxListeners } from "node:events";
import type { RunConfig } from "../config/run-config.ts";
import { openDataset } from "../datasets/index.ts";
import { UsageError } from "../errors.ts";
import type { RunOptions } from "../execution/observer.ts";
import { previewPipeline } from "../pipeline/preview.ts";
import { recallConstraint } from "../pipeline/recall-constraint.ts";
import { openJournal } from "../runs/open-run.ts";
import { drawSample } from "./draw-sample.ts";
import { fewestMeasured } from "./extrapolate.ts";
import { meansOf, openModels, withForms } from "./open-models.ts";
import { withPaidProbe } from "./paid-probe.ts";
import { report, type Estimate } from "./report.ts";
import { sampleUse } from "./sample-use.ts";

export interface EstimateOptions extends RunOptions {
  /** Most rows to sample. Default 200. */
  readonly rows?: number;
  /**
   * Sampled rows to take through the phases first. Their calls are paid, and kept in the run
   * directory's journal for the run. Either 0, the default, or from 3 to `rows`.
   */
  readonly probe?: number;
}

/**
 * Estimates what a run of this configuration will use. The estimate has calls, tokens, cost and
 * time by phase, extrapolated from a sample of the rows. Prompts are made by the run's own code and
 * tokenized. Lengths of replies are measured, by a probe or from the calls in the journal at
 * `config.out`. What is not measured is assumed, and `assumptions` of the result says so. Without a
 * probe no model is called.
 * @throws UsageError as `runPipeline` does, when a tokenizer is missing, when `probe` is out of its
 * range, and when a probe is asked of an input that can be read only once
 */
export async function estimateRun(configured: RunConfig, options: EstimateOptions = {}): Promise<Estimate> {
  const { rows = 200, probe = 0, observer = {}, signal = never(), env = process.env, stdin = process.stdin } = options;
  checkProbe(probe, rows);
  const begun = await recallConstraint(configured);
  const dataset = await openDataset({ ...begun, stdin, env, signal, onNotice: observer.onNotice, onDownload: observer.onDownload });
  if (probe > 0 && !dataset.input.isRepeatable) {
    await dataset.close();
    throw new UsageError("--probe reads the input twice, and stdin or a pipe can be read only once. Write it to a file first.");
  }
  await using opened = await openModels(begun, options);
  const drawn = await drawSample(dataset.entries, { size: rows, seed: begun.seed ?? 0, signal });
  const probed = probe === 0 ? [] : await previewPipeline({ ...begun, sample: Math.min(probe, drawn.totalRows) }, options);
  signal.throwIfAborted();
  using journal = await openJournal(begun.out);
  const config = withPaidProbe(begun, journal);
  const models = await withForms(opened, config, env);
  const means = meansOf(journal, models);
  const sample = await sampleUse(drawn, { config, models, journal, means, signal });
  const concurrency = Math.min(models.model.rowsAtOnce, Math.max(1, drawn.totalRows));
  return report({
    config,
    format: dataset.format.name,
    drawn,
    ...sample,
    models,
    means,
    concurrency,
    failedProbes: probed.filter(({ outcome }) => outcome.outcome === "failed").length,
  });
}

function checkProbe(probe: number, rows: number): void {
  if (probe !== 0 && probe < fewestMeasured)
    throw new UsageError(`--probe: expected at least ${fewestMeasured} rows, found ${probe}. Fewer tell nothing of how far off they are.`);
  if (probe > rows) throw new UsageError(`--probe: expected at most the ${rows} sampled rows, found ${probe}. Sample more with --rows.`);
}

function never(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return signal;
}
