import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { UsageError, messageOf } from "../../errors.ts";
import { readIfThere } from "../../platform/read-if-there.ts";
import { trainRecord, trainRecordName } from "../../training/train-record.ts";

/** What an evaluation needs of the record of a model's training. */
const trainedSchema = trainRecord.pick({ format: true, state: true, run: true, systemRole: true, heldOut: true, gguf: true });
export type TrainedModel = z.infer<typeof trainedSchema>;

/**
 * What `train.json` says of a model that `sysgen train` made. Undefined for any other model.
 * @param path The model's folder, or its GGUF file there.
 * @throws UsageError when the record cannot be read, and when the training has not ended.
 */
export async function readTrainedModel(path: string): Promise<TrainedModel | undefined> {
  const isFile = path.endsWith(".gguf");
  const record = join(isFile ? dirname(path) : path, trainRecordName);
  const text = await readIfThere(record);
  if (text === undefined) return undefined;
  let trained: TrainedModel;
  try {
    trained = trainedSchema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : messageOf(error);
    throw new UsageError(`${record} is no record of a training that this version reads (${why}).`);
  }
  if (isFile && trained.gguf !== basename(path)) return undefined;
  if (trained.state !== "done")
    throw new UsageError(
      `The training in ${dirname(record)} is ${trained.state}, so there is no model yet. Run the same sysgen train again.`,
    );
  return trained;
}
