import { z } from "zod";
import type { RunConfig } from "../config/run-config.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { constraintFields, outputFormOf } from "../models/openai/wire.ts";
import { readManifest, textSetting, type Manifest } from "../runs/manifest.ts";
import { runFiles } from "../runs/run-files.ts";
import { bareUrl } from "./identity.ts";

/** What `factsOf` wrote of a model. */
const recorded = z.object({
  model: z.string(),
  baseUrls: z.array(z.string()),
  constraintField: z.enum(constraintFields).optional().catch(undefined),
});

/**
 * The configuration with what the run directory knows of `--constrain auto`. A run goes on with the
 * constraint that it was begun with, so its prompts stay the same. Where its model has moved to
 * other servers, `auto` keeps to the form that the prompts ask for.
 */
export async function recallConstraint(config: RunConfig): Promise<RunConfig> {
  // A run.json that cannot be read is reported where the directory is opened.
  const manifest = await readManifest(runFiles(config.out).manifest).catch(() => undefined);
  if (manifest === undefined) return config;
  const { generator, judge } = config;
  return {
    ...config,
    generator: recall(generator, manifest, { model: "model", form: "generate.outputForm" }),
    judge: judge && recall(judge, manifest, { model: "judgeModel", form: "verify.outputForm" }),
  };
}

function recall(choice: ModelChoice, manifest: Manifest, settings: { readonly model: string; readonly form: string }): ModelChoice {
  if (choice.constraintField !== "auto" || textSetting(manifest, settings.model) !== choice.model) return choice;
  const outputForm = textSetting(manifest, settings.form) === "json" ? "json" : "tagged";
  const { config } = manifest;
  const known = recorded.safeParse((settings.model === "judgeModel" ? config?.["judge"] : undefined) ?? config?.["generator"]).data;
  const servers = new Set(choice.baseUrls.map(bareUrl));
  if (known === undefined) return { ...choice, constraintField: outputForm === "json" ? "json-schema" : "none" };
  const isThere = known.baseUrls.some((server) => servers.has(server));
  const field = isThere ? known.constraintField : undefined;
  return field === undefined || outputFormOf(field) !== outputForm ? { ...choice, outputForm } : { ...choice, constraintField: field };
}
