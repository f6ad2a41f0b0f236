import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Format } from "../datasets/formats/format.ts";
import { phaseSettingsSchema } from "../phases/index.ts";
import type { Demonstration } from "../phases/prompts/demonstrations.ts";
import { builtInDemonstrations, generatePromptOf } from "../phases/prompts/generate-prompts.ts";
import type { TagSet } from "../records/system-message/tag-set.ts";
import { phaseCalls } from "../runs/counts.ts";
import { runTags, settingsOf, textSetting } from "../runs/manifest.ts";
import { moneyOf, type Money } from "../runs/money.ts";
import type { OpenedRun } from "../runs/open-run.ts";
import { runFiles } from "../runs/run-files.ts";
import { inputOf } from "../runs/run-input.ts";
import { stateOf } from "../runs/run-state.ts";
import type { Report } from "./report.ts";

export interface RunFacts {
  readonly run: Report["run"];
  readonly format: Format;
  /** Only the last response of a conversation was written anew. */
  readonly lastTurnOnly: boolean;
  /** The demonstrations that a model may have copied. */
  readonly demonstrations: readonly Demonstration[];
}

/**
 * What a run directory says of itself.
 * @throws UsageError when its run.json does not say enough.
 */
export async function readRunFacts({ folder, manifest, store }: OpenedRun): Promise<RunFacts> {
  const { input, format } = inputOf(folder, manifest);
  const files = runFiles(folder);
  return {
    run: {
      name: basename(resolve(folder)),
      state: stateOf(manifest, files),
      input: withoutPath(input),
      format: format.name,
      model: modelName(textSetting(manifest, "model") ?? ""),
      judgeModel: modelName(textSetting(manifest, "judgeModel") ?? ""),
      version: manifest.versions?.sysgen ?? null,
      startedAt: timeOf(files.journal, "birthtimeMs"),
      changedAt: timeOf(files.results, "mtimeMs"),
      calls: phaseCalls(store.journal.countPaid()).flatMap(({ phase, ...paid }) => (isOfRun(phase) ? [{ phase, ...paid }] : [])),
      money: moneyForReport(await moneyOf({ manifest, store })),
      settings: settingsOf(manifest),
    },
    format,
    lastTurnOnly: textSetting(manifest, "respond.turns") === "last",
    demonstrations: demonstrationsOf(manifest.config?.phases, runTags(manifest)),
  };
}

/** Those of the user's own, where run.json has them. */
function demonstrationsOf(recorded: unknown, tags: TagSet): readonly Demonstration[] {
  const settings = phaseSettingsSchema.safeParse(recorded).data?.generate;
  return settings?.texts?.demonstrations === undefined ? builtInDemonstrations : generatePromptOf(settings, tags).demonstrations;
}

function moneyForReport(money: Money | undefined): Report["run"]["money"] {
  return money === undefined ? null : { spent: money.spent, unpriced: [...money.unpriced] };
}

/** Whether a call belongs to the run itself. Calls of the judge are counted in judge.json. */
function isOfRun(phase: string): boolean {
  return !phase.startsWith("judge-");
}

/** The input's file name without its folder, because a report is passed on to others. */
function withoutPath(input: string): string {
  return /^(?:hf:|https?:)/.test(input) ? input : basename(input);
}

function modelName(model: string): string {
  return model.endsWith(".gguf") ? basename(model) : model;
}

function timeOf(path: string, which: "birthtimeMs" | "mtimeMs"): string | null {
  const time = statSync(path, { throwIfNoEntry: false })?.[which];
  return time ? new Date(time).toISOString() : null;
}
