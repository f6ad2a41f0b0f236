import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";
import { runTool, toolPath } from "../../python/run-tool.ts";
import type { HarnessMachine } from "./request.ts";
import type { HarnessTask } from "./tasks.ts";

/** The version that the tasks and their keys are of. */
const leastVersion = "0.4.13";

/** Modules of the extras `hf` and `api`, and of every task. */
const modules = { folder: ["torch", "transformers", "accelerate"], server: ["aiohttp", "tenacity", "requests"], all: ["datasets"] };

const toldSchema = z.object({
  versions: z.record(z.string(), z.string()),
  missing: z.array(z.string()).default([]),
  unknown: z.array(z.string()).default([]),
  device: z.string().default("cpu"),
  problem: z.string().optional(),
});

export interface EnvironmentAsk {
  readonly python: string;
  readonly env: Environment;
  /** A folder for the tool's log. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly loads: "folder" | "server";
}

/**
 * Checks that an environment of Python can run tasks.
 * @param tasks None asks for versions alone, which takes a tenth of a second. Else about 15 s.
 * @throws UsageError that names what is missing and how to have it.
 */
export async function checkEnvironment(
  tasks: readonly HarnessTask[],
  { python, env, folder, signal, loads }: EnvironmentAsk,
): Promise<HarnessMachine> {
  const needs = [...new Set(tasks.flatMap((task) => task.needs ?? []))];
  const asked = {
    tasks: tasks.map(({ task }) => task),
    modules: [...modules.all, ...modules[loads], ...needs.filter((need) => need !== "punkt_tab")],
    data: needs.filter((need) => need === "punkt_tab"),
    loads: loads === "folder",
  };
  const told: unknown[] = [];
  const args = [toolPath("harness_check.py"), JSON.stringify(asked)];
  const log = join(folder, "python-check.log");
  const end = await runTool({ python, args, cwd: folder, env, log, signal, graceMs: 1_000, onEvent: (event) => told.push(event) });
  signal.throwIfAborted();
  const { data } = toldSchema.safeParse(told[0]);
  if (data === undefined) throw new UsageError(`${python} cannot be used: ${end.lastLines.at(-1) ?? `it ended with code ${end.code}`}.`);
  const { versions, missing, unknown, device, problem } = data;
  const version = versions["lm-eval"];
  const install = `Run "sysgen python install", or install 'lm-eval[hf,api,ifeval]>=${leastVersion}' there.`;
  if (version === undefined) throw new UsageError(`${python} has no lm-eval, which runs this benchmark. ${install}`);
  if (isOlder(version, leastVersion))
    throw new UsageError(`${python} has lm-eval ${version}; expected ${leastVersion} or newer. ${install}`);
  const packages = missing.filter((name) => name !== "punkt_tab");
  if (packages.length > 0) throw new UsageError(`${python} lacks ${packages.join(", ")}, which lm-eval needs here. ${install}`);
  if (missing.includes("punkt_tab"))
    throw new UsageError(
      `NLTK's data punkt_tab is missing, and IFEval fails without it after all answers are paid. Run "${python} -m nltk.downloader punkt_tab", or unpack it into a folder nltk_data/tokenizers that NLTK_DATA names.`,
    );
  if (problem !== undefined) throw new UsageError(`${python} cannot load lm-eval: ${problem}. ${install}`);
  if (unknown.length > 0) throw new UsageError(`lm-eval ${version} of ${python} has no task ${unknown.join(", ")}. ${install}`);
  return { versions, device };
}

function isOlder(version: string, than: string): boolean {
  const [found, least] = [version, than].map((text) => text.split(/[^\d]+/).map(Number));
  for (const [index, part] of (least ?? []).entries()) {
    const other = found?.[index] ?? 0;
    if (other !== part) return other < part;
  }
  return false;
}
