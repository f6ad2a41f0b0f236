import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import type { Progress } from "../hub/download.ts";
import type { Environment } from "../platform/environment.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { findPython } from "../python/find-python.ts";
import { counted, thousands } from "../texts/number-text.ts";
import { baseModel, type BaseModel } from "./base-model.ts";
import type { Prepared, ToolEvent } from "./events.ts";
import { runTrainingTool } from "./run-training-tool.ts";
import type { TrainConfig } from "./train-config.ts";
import type { TrainSettings } from "./train-record.ts";
import { settingsFor, stepsOf, wantedLength, type Device } from "./train-settings.ts";
import type { TrainingRows } from "./training-rows.ts";

export interface TrainContext {
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly onNotice: (text: string) => void;
  readonly onDownload?: ((progress: Progress) => void) | undefined;
  readonly onEvent?: (event: ToolEvent) => void;
  /** Called before the first step. */
  readonly onPlan?: (plan: TrainingPlan) => void;
}

/** All that is decided before the first step of a training. */
export interface TrainingPlan {
  readonly config: TrainConfig;
  readonly rows: TrainingRows;
  readonly python: string;
  readonly base: BaseModel;
  readonly prepared: Prepared;
  readonly device: Device;
  readonly settings: TrainSettings;
  /** Optimizer steps until the training ends. */
  readonly steps: number;
  /** Rows that are trained on, without those dropped for their length. */
  readonly trainedRows: number;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Has Python render the rows with the model's chat template, and decides the settings.
 * @param folder Where rows, tokens and the tokenizer are written.
 * @throws UsageError when Python, the model or its template cannot be used, or rows have no token
 * to train.
 */
export async function planTraining(config: TrainConfig, rows: TrainingRows, folder: string, context: TrainContext): Promise<TrainingPlan> {
  const { env, signal, onNotice, onEvent } = context;
  const python = findPython({ named: config.python, env });
  const base = await baseModel(config.model, { ...context, python });
  const files = trainingFiles(folder);
  await mkdir(folder, { recursive: true });
  await writeAtomically(
    files.rows,
    rows.lines.map((line) => `${line}\n`),
  );
  let prepared: Prepared | undefined;
  let versions: Readonly<Record<string, string>> = {};
  onNotice(`Reading the model and ${counted(rows.lines.length, "row")} (Python takes a while to start)`);
  const end = await runTrainingTool({
    python,
    name: "prepare.py",
    folder,
    env,
    signal,
    settings: {
      model: base.source,
      revision: base.revision,
      rows: files.rows,
      tokens: files.tokens,
      tokenizer: files.tokenizer,
      systemRole: config.systemRole,
      maxLength: wantedLength(config),
      chatTemplate: config.chatTemplate === undefined ? undefined : resolve(config.chatTemplate),
    },
    onEvent(event) {
      if (event.kind === "prepared") prepared = event;
      if (event.kind === "versions") ({ versions } = event);
      onEvent?.(event);
    },
  });
  signal?.throwIfAborted();
  if (end.state === "failed") throw new UsageError(end.cause);
  if (prepared === undefined) throw new UsageError(`Python (${python}) ended without a word on the model. Its output is in ${files.log}.`);
  refuseRows(config, prepared);
  const device = deviceFor(config, prepared.device);
  const droppedTrained = prepared.report.trainEmpty;
  const trainedRows = rows.trained - droppedTrained;
  const settings = settingsFor(config, device, trainedRows, prepared.maxLength);
  return { config, rows, python, base, prepared, device, settings, steps: stepsOf(trainedRows, settings), trainedRows, versions };
}

/** The files of a training's work folder. */
export function trainingFiles(folder: string) {
  return {
    rows: join(folder, "rows.jsonl"),
    tokens: join(folder, "tokens.jsonl"),
    tokenizer: join(folder, "tokenizer"),
    checkpoints: join(folder, "checkpoints"),
    result: join(folder, "result"),
    log: join(folder, "train.log"),
    probe: join(folder, "probe.jsonl"),
    /** Written once the weights of the result are whole. */
    done: join(folder, "done.json"),
  };
}

/** @throws UsageError when a row has no token to train, or the model cannot read such long rows. */
function refuseRows(config: TrainConfig, { report, context, maxLength }: Prepared): void {
  if (context !== null && config.maxLength !== undefined && config.maxLength > context)
    throw new UsageError(`--max-length ${config.maxLength}: the model reads at most ${thousands(context)} tokens.`);
  const [first] = report.empty;
  if (first === undefined) return;
  if (report.empty.length === report.rows)
    throw new UsageError(`No row has a token to train within ${thousands(maxLength)} tokens. Give a larger --max-length.`);
  if (config.dropLong) return;
  throw new UsageError(
    `${counted(report.empty.length, "row has", "rows have")} no token to train once cut at ${thousands(maxLength)} tokens, such as ${first} (the longest row has ${thousands(report.longest)}). Give a larger --max-length, or leave such rows out with --drop-long.`,
  );
}

/** @throws UsageError when a GPU is asked for and there is none. */
function deviceFor({ device }: TrainConfig, found: Device): Device {
  if (device === "cpu") return { kind: "cpu", name: "cpu", memoryBytes: null, bfloat16: false };
  if (device === "gpu" && found.kind !== "gpu")
    throw new UsageError("--device gpu: PyTorch finds no GPU. sysgen python check says what it finds.");
  return found;
}
