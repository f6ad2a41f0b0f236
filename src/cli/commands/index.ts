import type { Command } from "commander";
import { defineAnalyze } from "./analyze.ts";
import { defineEstimate } from "./estimate.ts";
import { defineExport } from "./export.ts";
import { defineInspect } from "./inspect.ts";
import { defineJudge } from "./judge.ts";
import { defineModels } from "./models.ts";
import { definePreview } from "./preview.ts";
import { definePush } from "./push.ts";
import { defineRun } from "./run.ts";
import { defineStatus } from "./status.ts";
import { defineView } from "./view.ts";

/** The table of commands. Each adds itself to the program, and imports what it needs when it is called. */
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
];
