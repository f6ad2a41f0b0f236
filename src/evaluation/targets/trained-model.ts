import { basename, dirname, join } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../errors.ts";
import { readIfThere } from "../../platform/read-if-there.ts";
import { isTrainedGguf, parseTrainRecord, trainRecord, trainRecordName } from "../../training/train-record.ts";

/** What an evaluation needs of the record of a model's training. */
const trainedSchema = trainRecord.pick({ format: true, state: true, run: true, systemRole: true, heldOut: true });
export type TrainedModel = z.infer<typeof trainedSchema>;

/**
 * What `train.json` says of a model that `sysgen train` made. Undefined for any other model.
 * @param path The model's folder, or a GGUF file of it there.
 * @throws UsageError when the record cannot be read, and when the training has not ended.
 */
export async function readTrainedModel(path: string): Promise<TrainedModel | undefined> {
  const isFile = path.endsWith(".gguf");
  const record = join(isFile ? dirname(path) : path, trainRecordName);
  if (isFile && !isTrainedGguf(basename(path))) return undefined;
  const text = await readIfThere(record);
  if (text === undefined) return undefined;
  const trained: TrainedModel = parseTrainRecord(record, text, trainedSchema);
  if (trained.state !== "done")
    throw new UsageError(
      `The training in ${dirname(record)} is ${trained.state}, so there is no model yet. Run the same sysgen train again.`,
    );
  return trained;
}
