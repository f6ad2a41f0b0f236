import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import { digestOfFile } from "../../hub/digest.ts";
import { findModel } from "../../models/weights/find-model.ts";
import { embeddedName } from "../../models/weights/weights.ts";
import { weightsHash } from "../../models/weights/weights-hash.ts";
import type { EvaluateConfig } from "../evaluate-config.ts";
import type { SystemRole } from "../../training/train-record.ts";
import type { EvaluateRecord } from "../evaluate-record.ts";
import { templateOf } from "./folder-template.ts";
import { readTrainedModel, type TrainedModel } from "./trained-model.ts";

/** The model that is evaluated. */
export interface Target {
  readonly about: EvaluateRecord["model"];
  /** The record of its training, if `sysgen train` made it. */
  readonly trained: TrainedModel | undefined;
}

/**
 * Finds out what is evaluated, by the configuration's model. Nothing is started or fetched.
 * @throws UsageError when there is no such model, and when it was trained with another system role
 * than the one that is asked for, or its template does not take that one.
 */
export async function findTarget({ model, target, systemRole, systemAs }: EvaluateConfig, signal: AbortSignal): Promise<Target> {
  if (target.baseUrls.length > 0) return { about: { name: model, kind: "server", ...roleOf(systemRole) }, trained: undefined };
  const isFolder = existsSync(model) && statSync(model).isDirectory();
  if (isFolder && !existsSync(join(model, "config.json")))
    throw new UsageError(
      `${model} is no folder of a Hugging Face model: it has no config.json. Give such a folder, or the path of a .gguf file.`,
    );
  const isFile = !isFolder && model.endsWith(".gguf") && existsSync(model);
  const trained = isFolder || isFile ? await readTrainedModel(model) : undefined;
  const role = agreedRole(model, trained?.systemRole, systemRole);
  if (isFolder) {
    const template = await templateOf(model);
    const isRefused = trained === undefined && systemAs === "system" && template?.takesSystemRole === false;
    if (isRefused && role !== undefined && role !== "first-user")
      throw new UsageError(
        `The chat template of ${model} refuses system messages or does not write them before every response, so --system-role ${role} cannot be kept. Leave it out, and they are put before the first user message.`,
      );
    const weights = await weightsHash(model, signal);
    const about = { name: model, kind: "folder", weights, ...(template && { template: template.sha256 }), ...roleOf(role) } as const;
    return { about: { ...about, ...(isRefused && role === undefined && { foldsSystem: true }) }, trained };
  }
  const weights = isFile ? await digestOfFile(model, "sha256", signal) : findModel(model)?.sha256;
  return { about: { name: await embeddedName(model), kind: "embedded", ...(weights && { weights }), ...roleOf(role) }, trained };
}

function roleOf(systemRole: SystemRole | undefined): Pick<EvaluateRecord["model"], "systemRole"> {
  return systemRole === undefined ? {} : { systemRole };
}

function agreedRole(model: string, trained: SystemRole | undefined, asked: SystemRole | undefined): SystemRole | undefined {
  if (trained !== undefined && asked !== undefined && trained !== asked)
    throw new UsageError(
      `${model} was trained with --system-role ${trained}, as its train.json says, and is to be evaluated with ${asked}. Leave --system-role out: a model is evaluated as it was trained.`,
    );
  return trained ?? asked;
}
