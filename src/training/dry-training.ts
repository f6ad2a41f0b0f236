import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../errors.ts";
import { refuseMissingGguf } from "./add-gguf.ts";
import { planTraining, trainingFiles, type TrainContext, type TrainingPlan } from "./plan-training.ts";
import { trainConfig, type TrainOptions } from "./train-config.ts";
import { trainingRows } from "./training-rows.ts";

/**
 * What a training would do. Nothing is trained and nothing stays on the disk, but for a model of
 * the hub or a GGUF file that comes to the cache, and the log that an error names.
 * @throws UsageError when the training could not begin.
 */
export async function dryTraining(options: TrainOptions, context: TrainContext): Promise<TrainingPlan> {
  const config = trainConfig(options);
  refuseMissingGguf(config);
  const folder = await mkdtemp(join(tmpdir(), "sysgen-train-"));
  try {
    const plan = await planTraining(config, await trainingRows(config), folder, context);
    await rm(folder, { recursive: true, force: true });
    return plan;
  } catch (error) {
    const { log } = trainingFiles(folder);
    const isNamed = messageOf(error).includes(log);
    for (const name of isNamed ? await readdir(folder) : [""])
      if (join(folder, name) !== log) await rm(join(folder, name), { recursive: true, force: true });
    throw error;
  }
}
