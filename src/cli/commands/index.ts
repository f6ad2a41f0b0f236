import type { Command } from "commander";
import { defineAnalyze } from "./analyze.ts";
import { defineBatches } from "./batches.ts";
import { defineCompletion } from "./completion.ts";
import { defineDoctor } from "./doctor.ts";
import { defineEstimate } from "./estimate.ts";
import { defineEvaluate } from "./evaluate.ts";
import { defineExperiment } from "./experiment.ts";
import { defineExport } from "./export.ts";
import { defineInit } from "./init.ts";
import { defineInspect } from "./inspect.ts";
import { defineJudge } from "./judge.ts";
import { defineMerge } from "./merge.ts";
import { defineModels } from "./models.ts";
import { definePreview } from "./preview.ts";
import { definePrompts } from "./prompts.ts";
import { definePush } from "./push.ts";
import { definePython } from "./python.ts";
import { defineRun } from "./run.ts";
import { defineShards } from "./shards.ts";
import { defineStatus } from "./status.ts";
import { defineTrain } from "./train.ts";
import { defineView } from "./view.ts";

type Define = (program: Command) => void;

/**
 * The table of commands, by the headings of the program's help. Each function adds its command to
 * the program. What a command needs is imported when the command runs.
 */
export const commandGroups: Readonly<Record<string, readonly Define[]>> = {
  "Set up:": [defineInit, defineDoctor, defineModels, definePrompts, definePython, defineCompletion],
  "Data:": [defineInspect, defineEstimate, definePreview],
  "Run:": [defineRun, defineStatus, defineBatches, defineShards, defineMerge],
  "Look:": [defineView, defineAnalyze, defineJudge],
  "Train and evaluate:": [defineExport, defineTrain, defineEvaluate, defineExperiment, definePush],
};

export const commands: readonly Define[] = Object.values(commandGroups).flat();
