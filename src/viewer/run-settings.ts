import { z } from "zod";
import type { ModelIdentity } from "../models/backend.ts";
import { uncalibrated, type Calibration } from "../phases/calibration.ts";
import { phaseSettingsSchema } from "../phases/index.ts";
import type { RoadConfig } from "../pipeline/road.ts";
import { runTags, textSetting, type Manifest, type RecordedConfig } from "../runs/manifest.ts";
import { inputOf, type RunInput } from "../runs/run-input.ts";

/** The settings of a row's road as this version can follow them. */
const roadSchema = z.object({
  phases: phaseSettingsSchema,
  existingSystem: z.enum(["drop", "replace"]),
  maxRetries: z.int().min(0),
  maxReasks: z.int().min(0),
  seed: z.number().optional(),
});
const outputForm = z.enum(["tagged", "json"]);
const requestFields = z.record(z.string(), z.unknown());

/** A model in name only. */
export type NamedModel = ModelIdentity;

/** What leads a row down the run's road again. */
export interface Replay {
  readonly config: RoadConfig;
  readonly model: NamedModel;
  readonly judge: NamedModel;
  readonly calibration: Calibration;
  /** The run had gates or phases of the user's own, which are not here. */
  readonly hasOwnCode: boolean;
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
  const model = namedModel(manifest, "model", "generate");
  const judge = namedModel(manifest, "judgeModel", "verify");
  const calibration = manifest.calibration ?? uncalibrated;
  const hasOwnCode = Object.keys(manifest.identity).some((name) => /^code\.(?:gate|phase)\./.test(name));
  const config = road && { ...road, seed: road.seed, tags: runTags(manifest), tagShares: manifest.config?.tagShares ?? {} };
  return config && model && judge && { config, model, judge, calibration, hasOwnCode };
}

/** @param phase The first phase that the model works for. */
function namedModel(manifest: Manifest, nameSetting: string, phase: string): NamedModel | undefined {
  const name = textSetting(manifest, nameSetting);
  const form = outputForm.safeParse(textSetting(manifest, `${phase}.outputForm`)).data;
  const questionsAtOnce = textSetting(manifest, "verify.questionsAtOnce") === "all" ? "all" : "one";
  return name === undefined || form === undefined
    ? undefined
    : { name, outputForm: form, questionsAtOnce, request: requestIn(textSetting(manifest, `${phase}.request`)) };
}

/** The user's own fields of a request, which are part of its address. */
function requestIn(setting: string | undefined): NamedModel["request"] {
  return setting === undefined ? undefined : requestFields.parse(JSON.parse(setting));
}
