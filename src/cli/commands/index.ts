import type { Command } from "commander";
import { defineAnalyze } from "./analyze.ts";
import { defineEstimate } from "./estimate.ts";
import { defineExport } from "./export.ts";
import { defineInspect } from "./inspect.ts";
import { defineJudge } from "./judge.ts";
import { defineModels } from "./models.ts";
import { definePreview } from "./preview.ts";
import { definePrompts } from "./prompts.ts";
import { definePush } from "./push.ts";
import { defineRun } from "./run.ts";
import { defineStatus } from "./status.ts";
import { defineView } from "./view.ts";

/**
 * The table of commands. Each function adds its command to the program. What a command needs is
 * imported when the command runs.
 */
export const commands: readonly ((program: Command) => void)[] = [
  defineRun,
  definePreview,
  defineInspect,
  defineEstimate,
  defineStatus,
  defineAnalyze,
  defineJudge,
  defineView,
  defineExport,
  definePush,
  defineModels,
  definePrompts,
];
