import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { formatByName } from "../datasets/formats/index.ts";
import type { Format } from "../datasets/formats/format.ts";
import { UsageError } from "../errors.ts";
import { tryLock } from "../platform/file-lock.ts";
import { countRun } from "../runs/counts.ts";
import { phaseNames } from "../phases/index.ts";
import type { OpenedStore } from "../runs/open-run.ts";
import { runFiles } from "../runs/run-files.ts";
import type { Report } from "./report.ts";

const text = z.object({ value: z.string() });
const mapping = z.object({ instruction: z.string(), response: z.string(), system: z.string().optional() });
const manifestSchema = z.object({
  identity: z.looseObject({ input: text, format: text, model: text, judgeModel: text }),
  versions: z.object({ sysgen: z.string() }).optional(),
  config: z.object({ columns: mapping.optional() }).optional(),
});

export interface RunFacts {
  readonly run: Report["run"];
  readonly format: Format;
  /** Only the last response of a conversation was written anew. */
  readonly lastTurnOnly: boolean;
}

/** What a run directory says of itself. @throws UsageError when its run.json was made by a version that did not say enough. */
export function readRunFacts(folder: string, { manifest, store }: OpenedStore): RunFacts {
  const parsed = manifestSchema.safeParse(manifest);
  if (!parsed.success) throw new UsageError(`${folder}/run.json does not say what its input was. Run it again with this version.`);
  const { identity, versions, config } = parsed.data;
  const files = runFiles(folder);
  return {
    run: {
      name: basename(resolve(folder)),
      state: stateOf(manifest.state, files.lock),
      input: withoutPath(identity.input.value),
      format: identity.format.value,
      model: modelName(identity.model.value),
      judgeModel: modelName(identity.judgeModel.value),
      version: versions?.sysgen ?? null,
      startedAt: timeOf(files.journal, "birthtimeMs"),
      changedAt: timeOf(files.results, "mtimeMs"),
      calls: countRun(store).calls.flatMap(({ phase, ...paid }) => (isOfRun(phase) ? [{ phase, ...paid }] : [])),
      settings: Object.fromEntries(
        Object.entries(manifest.identity)
          .filter(([name]) => !["input", "model", "judgeModel"].includes(name))
          .map(([name, { value }]) => [name, value]),
      ),
    },
    format: formatByName(identity.format.value, config?.columns),
    lastTurnOnly: manifest.identity["respond.turns"]?.value === "last",
  };
}

/** Calls of judging are in judge.json. */
function isOfRun(phase: string): boolean {
  return phaseNames.some((name) => name === phase);
}

function stateOf(state: OpenedStore["manifest"]["state"], lock: string): Report["run"]["state"] {
  if (state !== "running") return state;
  using free = tryLock(lock);
  return free === undefined ? "running" : "broken-off";
}

/** A report is passed on: it says which file it was, not where on whose machine. */
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
