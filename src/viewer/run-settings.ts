import { z } from "zod";
import type { Model } from "../models/model.ts";
import { gateNames } from "../phases/gates/index.ts";
import type { RoadConfig } from "../pipeline/road.ts";
import { textSetting, type Manifest, type RecordedConfig } from "../runs/manifest.ts";
import { inputOf, type RunInput } from "../runs/run-input.ts";

const count = z.int().min(1);
const temperature = z.number();
const gatePolicy = z.enum(["retry", "keep-original", "drop", "off"]);
/** A gate that the run did not have is off. A gate that only another version knows is left out. */
const gatePolicies = z
  .record(z.string(), z.unknown())
  .transform((recorded) => Object.fromEntries(gateNames.map((name) => [name, recorded[name] ?? "off"])))
  .pipe(z.record(z.enum(gateNames), gatePolicy));

/** The phases' settings as this version can follow them. */
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
    gates: gatePolicies,
    whenExhausted: z.enum(["keep-original", "drop"]),
  }),
});
const roadSchema = z.object({
  phases: phasesSchema,
  existingSystem: z.enum(["drop", "replace"]),
  maxRetries: z.int().min(0),
  maxReasks: z.int().min(0),
  seed: z.number().optional(),
});
const outputForm = z.enum(["tagged", "json"]);

/** A model in name only. */
export type NamedModel = Pick<Model, "name" | "outputForm">;

/** What leads a row down the run's road again. */
export interface Replay {
  readonly config: RoadConfig;
  readonly model: NamedModel;
  readonly judge: NamedModel;
}

/** What run.json says of how a run's rows were made. */
export interface RunSettings extends RunInput {
  readonly model: string;
  readonly judgeModel: string;
  /** Undefined where a setting has a value that only another version of sysgen knows. */
  readonly replay: Replay | undefined;
  /** Which of the input's rows were taken. */
  readonly selection: Pick<RecordedConfig, "columns" | "limit" | "offset" | "sample" | "seed" | "fileType" | "maxRowBytes">;
}

/** @throws UsageError when run.json does not say what the input was. */
export function runSettings(folder: string, manifest: Manifest): RunSettings {
  const { columns, limit, offset, sample, seed, fileType, maxRowBytes } = manifest.config ?? {};
  return {
    ...inputOf(folder, manifest),
    model: textSetting(manifest, "model") ?? "",
    judgeModel: textSetting(manifest, "judgeModel") ?? "",
    replay: replayOf(manifest),
    selection: { columns, limit, offset, sample, seed, fileType, maxRowBytes },
  };
}

function replayOf(manifest: Manifest): Replay | undefined {
  const road = roadSchema.safeParse(manifest.config).data;
  const model = namedModel(manifest, "model", "generate.outputForm");
  const judge = namedModel(manifest, "judgeModel", "verify.outputForm");
  return road && model && judge && { config: { ...road, seed: road.seed }, model, judge };
}

function namedModel(manifest: Manifest, nameSetting: string, formSetting: string): NamedModel | undefined {
  const name = textSetting(manifest, nameSetting);
  const form = outputForm.safeParse(textSetting(manifest, formSetting)).data;
  return name === undefined || form === undefined ? undefined : { name, outputForm: form };
}
