import { z } from "zod";
import { SysGenError } from "../errors.ts";
import { formatByName } from "../datasets/formats/index.ts";
import type { Format } from "../datasets/formats/format.ts";
import type { Model } from "../models/model.ts";
import { gateNames } from "../phases/gates/index.ts";
import type { RoadConfig } from "../pipeline/road.ts";
import type { Manifest } from "../runs/manifest.ts";

const count = z.int().min(1);
const temperature = z.number();
const policy = z.enum(["retry", "keep-original", "drop", "off"]);
const phasesSchema = z.object({
  generate: z.object({ prompt: z.enum(["standard", "paper"]), temperature, maxOutputTokens: count }),
  filter: z.object({ repair: z.boolean(), checkContent: z.boolean() }),
  verify: z.object({
    rubric: z.enum(["phrases", "tags"]),
    temperature,
    maxOutputTokens: count,
    unparsed: z.enum(["drop-phrase", "keep-phrase", "drop-row"]),
  }),
  respond: z.object({
    temperature,
    maxOutputTokens: count,
    turns: z.enum(["all", "last"]),
    gates: z.record(z.enum(gateNames), policy),
    whenExhausted: z.enum(["keep-original", "drop"]),
  }),
});
const columnsSchema = z.object({ instruction: z.string(), response: z.string(), system: z.string().optional() });
const configSchema = z.object({
  columns: columnsSchema.optional(),
  limit: z.number().optional(),
  offset: z.number().optional(),
  sample: z.number().optional(),
  fileType: z.string().optional(),
  maxRowBytes: z.number(),
  seed: z.number().optional(),
  existingSystem: z.enum(["drop", "replace"]),
  maxRetries: z.int().min(0),
  maxReasks: z.int().min(0),
  phases: phasesSchema,
});
const form = z.object({ value: z.enum(["tagged", "json"]) });
const text = z.object({ value: z.string() });
const identitySchema = z.object({
  input: text,
  format: text,
  model: text,
  judgeModel: text,
  "generate.outputForm": form,
  "verify.outputForm": form,
});

/** A model in name only. */
export type NamedModel = Pick<Model, "name" | "outputForm">;

/** What run.json says of how a run's rows were made. */
export interface RunSettings {
  readonly input: string;
  readonly format: Format;
  readonly model: NamedModel;
  readonly judge: NamedModel;
  readonly road: RoadConfig;
  /** Which of the input's rows were taken. */
  readonly selection: Pick<z.infer<typeof configSchema>, "columns" | "limit" | "offset" | "sample" | "seed" | "fileType" | "maxRowBytes">;
}

/** @throws SysGenError when run.json is of a version that did not say it. */
export function runSettings(folder: string, manifest: Manifest): RunSettings {
  const identity = identitySchema.safeParse(manifest.identity);
  const config = configSchema.safeParse(manifest["config"]);
  if (!identity.success || !config.success)
    throw new SysGenError(`${folder}/run.json does not say how its rows were made. Run it again with this version.`);
  const { existingSystem, maxRetries, maxReasks, phases, ...selection } = config.data;
  const { columns, seed } = selection;
  const { input, format, model, judgeModel } = identity.data;
  return {
    input: input.value,
    format: formatByName(format.value, columns),
    model: { name: model.value, outputForm: identity.data["generate.outputForm"].value },
    judge: { name: judgeModel.value, outputForm: identity.data["verify.outputForm"].value },
    road: { phases, existingSystem, maxRetries, maxReasks, seed },
    selection,
  };
}
