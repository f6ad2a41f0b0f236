import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planTraining, type TrainContext, type TrainingPlan } from "./plan-training.ts";
import { trainConfig, type TrainOptions } from "./train-config.ts";
import { trainingRows } from "./training-rows.ts";

/**
 * What a training would do. Nothing is trained and nothing stays on the disk, but for a model of
 * the hub or a GGUF file that comes to the cache.
 * @throws UsageError when the training could not begin.
 */
export async function dryTraining(options: TrainOptions, context: TrainContext): Promise<TrainingPlan> {
  const config = trainConfig(options);
  const folder = await mkdtemp(join(tmpdir(), "sysgen-train-"));
  try {
    return await planTraining(config, await trainingRows(config), folder, context);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
