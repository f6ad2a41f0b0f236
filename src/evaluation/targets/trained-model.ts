import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { UsageError, messageOf } from "../../errors.ts";
import { readIfThere } from "../../platform/read-if-there.ts";
import { systemRoles } from "../evaluate-record.ts";

/** What an evaluation needs of the record of a model's training. */
const trainedSchema = z.object({
  format: z.literal("sysgen-train/1"),
  state: z.string(),
  run: z.object({ folder: z.string() }),
  systemRole: z.enum(systemRoles),
  heldOut: z.object({ share: z.number(), seed: z.number() }),
  /** File name of the GGUF in the folder, if one was made. */
  gguf: z.string().optional(),
});
export type TrainedModel = z.infer<typeof trainedSchema>;

/**
 * What `train.json` says of a model that `sysgen train` made. Undefined for any other model.
 * @param path The model's folder, or its GGUF file there.
 * @throws UsageError when the record cannot be read, and when the training has not ended.
 */
export async function readTrainedModel(path: string): Promise<TrainedModel | undefined> {
  const isFile = path.endsWith(".gguf");
  const record = join(isFile ? dirname(path) : path, "train.json");
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
