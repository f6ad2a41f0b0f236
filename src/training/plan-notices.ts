import { freeMemory } from "../models/embedded/free-memory.ts";
import { otherVersions } from "../python/locked-versions.ts";
import { counted, percent, thousands } from "../texts/number-text.ts";
import type { TrainingPlan } from "./plan-training.ts";
import { stateBytes } from "./train-settings.ts";
import { variantOf } from "./training-rows.ts";
import { misplacing } from "./why-failed.ts";

/** What a person should know of a training before its first step, as sentences. */
export function planNotices(plan: TrainingPlan): string[] {
  return [...systemNotices(plan), ...rowNotices(plan), ...machineNotices(plan)];
}

function systemNotices({ config, prepared: { injects, templateSystem, systemRole }, rows, base }: TrainingPlan): string[] {
  const hasSystem = variantOf(config).system.kind !== "none";
  const injected =
    injects === null
      ? []
      : [
          `The chat template gives every conversation without a system message one of its own: "${injects}". ${hasSystem ? "The rows of this variant have their own." : "The rows of this variant are trained on under it."} The variants original and common differ in that text alone. A template without it (--chat-template) changes that.`,
        ];
  const folded =
    systemRole === "first-user" && config.systemRole === "auto"
      ? [
          `The chat template ${misplacing(templateSystem)}, so they are put before the first user message (--system-role first-user). The trained model's train.json says so, and sysgen evaluate does the same.`,
        ]
      : [];
  const teacher = config.variant === "kd" ? [`Knowledge distillation: ${base.name} is trained on what ${rows.generator} wrote.`] : [];
  return [...injected, ...folded, ...teacher];
}

function rowNotices({ config, prepared: { report, maxLength }, rows, trainedRows }: TrainingPlan): string[] {
  const { cut, empty, unended, endAdded, toolsLost, otherPrompt } = report;
  const left = cut.length - empty.length;
  return [
    ...(left > 0
      ? [
          `${counted(left, "row is", "rows are")} longer than ${thousands(maxLength)} tokens and ${left === 1 ? "loses its" : "lose their"} end (${percent(left, report.rows)}, such as ${cut.find((id) => !empty.includes(id)) ?? ""}). --max-length takes longer ones.`,
        ]
      : []),
    ...(empty.length > 0
      ? [
          `${counted(empty.length, "row is", "rows are")} left out: cut at ${thousands(maxLength)} tokens, nothing is left to train (--drop-long).`,
        ]
      : []),
    ...(toolsLost.length > 0
      ? [
          `In ${counted(toolsLost.length, "row")} (${percent(toolsLost.length, report.rows)}, such as ${toolsLost[0] ?? ""}) the chat template does not write tools, calls to them or their results, so the model learns responses to what it does not read. Another --chat-template may write them. sysgen view marks rows that are to be left out.`,
        ]
      : []),
    ...(endAdded > 0
      ? [
          `In ${counted(endAdded, "row")} the chat template writes nothing behind the last response at which the model stops. The end-of-sequence token is added there, so that the model learns to stop.`,
        ]
      : []),
    ...(unended > 0
      ? [
          `In ${counted(unended, "row")} the response does not end with a token at which the model stops, so the model may learn to go on. Look at the rows above; another --chat-template may end them.`,
        ]
      : []),
    ...(otherPrompt > 0
      ? [
          `In ${counted(otherPrompt, "row")} a response follows other text than the end of the prompt that the model will be given, which may have a place to think. Look at the rows above; another --chat-template may write both alike.`,
        ]
      : []),
    ...(rows.notInOthers > 0
      ? [
          `${counted(rows.notInOthers, "row is", "rows are")} left out: not finished in ${config.sameRowsAs.join(", ")}, or held out in one run and not in another.`,
        ]
      : []),
    ...(rows.isProbeTrained
      ? [
          `No row is held out${config.heldOut > 0 ? ` at ${percent(config.heldOut, 1)}` : ""}, so the loss is measured on rows that are trained on, and sysgen evaluate --on own finds none that this model did not see. A larger --held-out holds some out.`,
        ]
      : []),
    ...(trainedRows < 100 ? [`${counted(trainedRows, "row")} can show that training works, and hardly what it does to the model.`] : []),
  ];
}

function machineNotices({ prepared: { parameters, droppedGeneration }, device, settings, versions }: TrainingPlan): string[] {
  const count = Object.values(parameters).reduce((sum, one) => sum + one, 0);
  const needed = stateBytes(count, settings);
  const free = device.memoryBytes ?? freeMemory();
  const other = otherVersions(versions);
  return [
    ...(needed > free
      ? [
          `Weights, gradients and optimizer take ${(needed / 1e9).toFixed(1)} GB, and ${(free / 1e9).toFixed(1)} GB are there: memory will very likely run out.${settings.method === "full" ? ` --lora takes ${(stateBytes(count, { method: "lora", weights: settings.dtype }) / 1e9).toFixed(1)} GB.` : ""}`,
        ]
      : []),
    ...(droppedGeneration.length > 0
      ? [
          `The model's generation_config.json sets ${droppedGeneration.join(", ")} without what makes ${droppedGeneration.length === 1 ? "it" : "them"} count, such as do_sample. transformers does not write such a file, so the trained model has none of ${droppedGeneration.length === 1 ? "it" : "them"}.`,
        ]
      : []),
    ...(other.length > 0 ? [`Python has other versions than those that this was made with: ${other.join(", ")}.`] : []),
  ];
}
