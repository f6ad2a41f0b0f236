import type { TrainConfig } from "./train-config.ts";
import type { TrainSettings } from "./train-record.ts";

/** The machine that trains, as Python sees it. */
export interface Device {
  readonly kind: "cpu" | "gpu";
  readonly name: string;
  /** Null for the machine's own memory. */
  readonly memoryBytes: number | null;
  readonly bfloat16: boolean;
}

/**
 * The paper's settings (arXiv 2502.11330, section 5). Learning rate, batch, accumulation, length,
 * epochs, kept epoch and warm-up are the paper's. It does not say the optimizer, schedule, weight
 * decay, gradient clipping, whether weights or adapters are trained, whether the batch is one
 * device's or all, and which tokens are trained. Those are as in `common` below, and the batch is
 * that of one device.
 */
const paper = { learningRate: 1e-6, batchSize: 4, accumulation: 2, maxLength: 4096, epochs: 5, keptEpoch: 3, warmupSteps: 10 };

/** TRL's and transformers' usual choices. Adapters learn nothing at a rate for whole weights. */
const common = {
  schedule: "linear",
  optimizer: "adamw_torch",
  weightDecay: 0,
  maxGradNorm: 1,
  trainedTokens: "new-responses",
} as const;
const learningRates = { full: 2e-5, lora: 1e-4 };

/** The length of rows in tokens, as asked for or by default. The model's context may be shorter. */
export function wantedLength({ maxLength, preset }: TrainConfig): number {
  return maxLength ?? (preset === "paper" ? paper.maxLength : 2048);
}

/**
 * All settings of a training, out of what was asked for, the preset and defaults for the device. A
 * CPU takes rows one by one, because it computes padding as slowly as text.
 * @param maxLength In tokens, no longer than the model's context.
 */
export function settingsFor(config: TrainConfig, device: Device, rows: number, maxLength: number): TrainSettings {
  const method = config.lora ? "lora" : "full";
  const preset = config.preset === "paper" ? paper : undefined;
  const batchSize = config.batchSize ?? preset?.batchSize ?? (device.kind === "gpu" ? 4 : 1);
  const accumulation = config.accumulation ?? preset?.accumulation ?? Math.max(1, Math.round(8 / batchSize));
  const epochs = config.epochs ?? preset?.epochs ?? 3;
  const steps = stepsPerEpoch(rows, { batchSize, accumulation }) * epochs;
  // The paper's rate is for whole weights.
  const learningRate = config.learningRate ?? (method === "full" ? preset?.learningRate : undefined) ?? learningRates[method];
  const isHalf = device.kind === "gpu" && device.bfloat16;
  return {
    method,
    ...(config.lora ? { lora: { rank: config.loraRank, alpha: 2 * config.loraRank, dropout: 0, targets: "all-linear" } } : {}),
    learningRate,
    ...common,
    batchSize,
    accumulation,
    warmupSteps: config.warmupSteps ?? preset?.warmupSteps ?? Math.min(10, Math.ceil(steps / 10)),
    maxLength,
    epochs,
    keptEpoch: config.epochs === undefined ? (preset?.keptEpoch ?? epochs) : epochs,
    ...(config.maxSteps === undefined ? {} : { maxSteps: config.maxSteps }),
    // Steps of a small rate vanish in weights of 8 bits of precision, so weights that are trained
    // are held in 32 bits.
    weights: isHalf && method === "lora" ? "bfloat16" : "float32",
    dtype: isHalf ? "bfloat16" : "float32",
    checkpointing: device.kind === "gpu",
    ...(config.variant === "common" ? { commonSystem: config.common } : {}),
  };
}

/** Optimizer steps that go over all rows once. */
export function stepsPerEpoch(rows: number, { batchSize, accumulation }: Pick<TrainSettings, "batchSize" | "accumulation">): number {
  return Math.max(1, Math.ceil(Math.ceil(rows / batchSize) / accumulation));
}

/** Optimizer steps until the training ends. */
export function stepsOf(rows: number, settings: TrainSettings): number {
  const planned = Math.round(stepsPerEpoch(rows, settings) * Math.min(settings.keptEpoch, settings.epochs));
  return Math.min(planned, settings.maxSteps ?? Infinity);
}

/**
 * Bytes that weights, gradients and the optimizer's two moments take. Activations come on top, and
 * depend on the length of rows.
 */
export function stateBytes(parameters: number, { method, weights }: Pick<TrainSettings, "method" | "weights">): number {
  return parameters * (method === "full" ? 16 : weights === "float32" ? 4.5 : 2.5);
}
