import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigInput } from "../config/config-schema.ts";
import { resolveConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { givenRows } from "../datasets/input.ts";
import { UsageError, messageOf } from "../errors.ts";
import { InOrder } from "../execution/in-order.ts";
import type { RunOptions } from "../execution/observer.ts";
import type { OwnModel } from "../models/own/own-model.ts";
import type { OwnGate } from "../phases/own/own-gate.ts";
import { notTried } from "../records/outcome.ts";
import { isReadable } from "../records/row.ts";
import { readDatasetRow, readRejectedLine, type DatasetRow, type RejectedLine } from "../runs/row-line.ts";
import type { RunSummary } from "../runs/summary.ts";
import type { OwnParts } from "./own-parts.ts";
import { runRows, type OnLine } from "./run-pipeline.ts";

/** Keys of the configuration that have another meaning here, or none. */
type OtherKeys = "input" | "fileType" | "sample" | "model" | "judgeModel" | "gates" | "log" | "quiet" | "json";

/** What `generate` is told. All other keys are those of the configuration. */
export interface GenerateOptions extends Omit<ConfigInput, OtherKeys>, Omit<RunOptions, "stdin">, Omit<OwnParts, "gates" | "models"> {
  /** The name of the model that generates and responds, or a model of one's own. */
  readonly model?: string | OwnModel | undefined;
  /** The name of the model that verifies, or a model of one's own. Default `model`. */
  readonly judge?: string | OwnModel | undefined;
  /** Gates of one's own, as objects or as files. */
  readonly gates?: readonly (OwnGate | string)[] | undefined;
  /**
   * A run directory, in which the same rows go on where they stopped. Without it, paid replies are
   * kept in a temporary folder until the stream ends.
   */
  readonly out?: string | undefined;
}

/** What became of a row. */
export type GeneratedRow = GeneratedDone | GeneratedRejected;

/** A row of the dataset. */
export interface GeneratedDone {
  readonly outcome: "done";
  readonly id: string;
  /** The row to train on, as dataset.jsonl would have it. */
  readonly row: DatasetRow;
  /** The row that was given. */
  readonly input: unknown;
}

/** A row that is not in the dataset, and why. A failed row is worth another try. */
export interface GeneratedRejected extends Pick<RejectedLine, "id" | "phase" | "reason" | "detail" | "removed"> {
  readonly outcome: "dropped" | "failed";
  /** The row that was given. */
  readonly input: unknown;
}

/** The figures of all rows. `files` is undefined without a run directory. */
export type GeneratedSummary = Omit<RunSummary, "files"> & { readonly files: RunSummary["files"] | undefined };

/** Results of rows, in the order of the rows. They can be iterated once. */
export interface GeneratedRows extends AsyncIterable<GeneratedRow> {
  /**
   * The figures of the rows, once the iteration has ended. It rejects if the iteration throws, and
   * never settles if nobody iterates.
   */
  readonly summary: Promise<GeneratedSummary>;
}

/** How far ahead of the next one to be read a row may end. Fewer rows are at work at once. */
const window = 2_048;

/**
 * Takes rows through the phases, and gives each row's result in the order of the rows. Nothing
 * begins before the first result is asked for. No more rows are read than are at work, apart from
 * up to 1,000 at the beginning on which the judge is calibrated. Leaving the loop ends the run once
 * calls in flight have ended, because they are paid.
 * @param rows Plain objects of any layout that the program knows, or of an own format.
 * @throws what the rows' source throws, the reason of an aborted signal, and what `runPipeline`
 * throws. They are thrown by the iteration.
 */
export function generate(rows: Iterable<unknown> | AsyncIterable<unknown>, options: GenerateOptions = {}): GeneratedRows {
  const settling: Settling = { resolve: () => undefined, reject: () => undefined };
  const summary = new Promise<GeneratedSummary>((resolve, reject) => Object.assign(settling, { resolve, reject }));
  // Whoever iterates has the error from there.
  summary.catch(() => undefined);
  const results = stream(rows, options, settling);
  return { summary, [Symbol.asyncIterator]: () => results };
}

interface Settling {
  resolve(summary: GeneratedSummary): void;
  reject(error: unknown): void;
}

async function* stream(
  rows: Iterable<unknown> | AsyncIterable<unknown>,
  options: GenerateOptions,
  settling: Settling,
): AsyncGenerator<GeneratedRow, void, void> {
  const { out } = options;
  const folder = out ?? (await mkdtemp(join(tmpdir(), "sysgen-")));
  const left = new AbortController();
  const results = new InOrder<GeneratedRow>(window);
  const source = new Source(rows);
  const running = start(folder, options, left, source, results)
    .then(({ files, ...figures }) => ({ ...figures, files: out === undefined ? undefined : files }))
    .catch((error: unknown) => {
      throw source.failure === undefined ? error : source.failure.error;
    })
    .finally(() => results.close());
  running.then(
    (summary) => settling.resolve(summary),
    (error: unknown) => settling.reject(error),
  );
  try {
    yield* results.read();
    await running;
    options.signal?.throwIfAborted();
  } finally {
    left.abort();
    results.close();
    await running.catch(() => undefined);
    if (out === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function start(
  folder: string,
  { model, judge, gates = [], phases, formats, signal, observer, env, ...settings }: GenerateOptions,
  left: AbortController,
  source: Source,
  results: InOrder<GeneratedRow>,
): Promise<RunSummary> {
  const config = resolveConfig({
    ...settings,
    ...namedIn("model", model),
    ...namedIn("judgeModel", judge),
    gates: gates.filter((gate) => typeof gate === "string"),
    input: givenRows,
    fileType: "jsonl",
    out: folder,
  });
  const options = {
    phases,
    formats,
    gates: gates.filter((gate) => typeof gate !== "string"),
    models: { generator: objectIn(model), judge: objectIn(judge) },
    stdin: source.lines(),
    signal: signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]),
    ...(observer && { observer }),
    ...(env && { env }),
  };
  const onLine: OnLine = async (number, line, entry) => {
    const result = resultOf(line, entry);
    // An error that every call would meet ends the stream at once. The run then throws it.
    if (result.outcome === "failed" && result.reason === notTried) left.abort();
    else await results.put(number, result);
  };
  return runRows(config, options, { onLine });
}

function namedIn(key: "model" | "judgeModel", model: string | OwnModel | undefined): Pick<ConfigInput, "model" | "judgeModel"> {
  return typeof model === "string" ? { [key]: model } : {};
}

function objectIn(model: string | OwnModel | undefined): OwnModel | undefined {
  return typeof model === "string" ? undefined : model;
}

function resultOf(line: string, { row: given }: DatasetEntry): GeneratedRow {
  const input = isReadable(given) ? given.value : given.raw;
  const row = readDatasetRow(line);
  if (row !== undefined) return { outcome: "done", id: row.id, row, input };
  const { id, outcome, phase, reason, detail, removed } = readRejectedLine(line);
  return { outcome, id, phase, reason, detail, removed, input };
}

/** Rows of a program as the bytes of a JSON Lines file. */
class Source {
  readonly #rows: Iterable<unknown> | AsyncIterable<unknown>;
  /** What the rows' source threw. */
  failure: { readonly error: unknown } | undefined;

  constructor(rows: Iterable<unknown> | AsyncIterable<unknown>) {
    this.#rows = rows;
  }

  async *lines(): AsyncGenerator<Uint8Array, void, void> {
    let number = 0;
    try {
      for await (const row of this.#rows) {
        number++;
        yield Buffer.from(lineOf(row, number));
      }
    } catch (error) {
      this.failure = { error };
      throw new UsageError(`The rows cannot be read after row ${number}: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** @throws UsageError for a row that JSON has no words for. */
function lineOf(row: unknown, number: number): string {
  try {
    // What is no value in JSON, such as undefined, becomes a line that is none.
    return `${JSON.stringify(row)}\n`;
  } catch (error) {
    throw new UsageError(`Row ${number} cannot be written as JSON: ${messageOf(error)}`, { cause: error });
  }
}
