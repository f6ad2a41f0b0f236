import type { Command } from "commander";
import { defineAnalyze } from "./analyze.ts";
import { defineBatches } from "./batches.ts";
import { defineCompletion } from "./completion.ts";
import { defineDoctor } from "./doctor.ts";
import { defineEstimate } from "./estimate.ts";
import { defineExport } from "./export.ts";
import { defineInit } from "./init.ts";
import { defineInspect } from "./inspect.ts";
import { defineJudge } from "./judge.ts";
import { defineModels } from "./models.ts";
import { definePreview } from "./preview.ts";
import { definePrompts } from "./prompts.ts";
import { definePush } from "./push.ts";
import { defineRun } from "./run.ts";
import { defineStatus } from "./status.ts";
import { defineView } from "./view.ts";

type Define = (program: Command) => void;

/**
 * The table of commands, by the headings of the program's help. Each function adds its command to
 * the program. What a command needs is imported when the command runs.
 */
export const commandGroups: Readonly<Record<string, readonly Define[]>> = {
  "Set up:": [defineInit, defineDoctor, defineModels, definePrompts, defineCompletion],
  "Data:": [defineInspect, defineEstimate, definePreview],
  "Run:": [defineRun, defineStatus, defineBatches],
  "Look:": [defineView, defineAnalyze, defineJudge],
  "Train and share:": [defineExport, definePush],
};

export const commands: readonly Define[] = Object.values(commandGroups).flat();
