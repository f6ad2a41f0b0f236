import { existsSync, statSync } from "node:fs";
import { kebabKey } from "../config/yaml-file.ts";
import { UsageError } from "../errors.ts";
import { benchmarks } from "./benchmarks/index.ts";
import type { EvaluateConfig, EvaluateOptions } from "./evaluate-config.ts";
import { harnessTaskOf } from "./harness/tasks.ts";

const isOfHarness = (name: string): boolean => harnessTaskOf(name) !== undefined;
const isJudged = (name: string): boolean => benchmarks.some((each) => each.name === name && each.checkedBy === "judge");

/** Who obeys which options. Options that are not here hold for all benchmarks. */
const obeyed = [
  { keys: ["shots", "dataRoot", "tokenizer"], by: isOfHarness, words: "tasks of lm-evaluation-harness" },
  { keys: ["run", "heldOut", "splitSeed"], by: (name) => name === "own", words: "own" },
  { keys: ["hideSystem"], by: (name) => name === "multifacet", words: "multifacet" },
  { keys: ["judgeRuns", "judgeMaxOutputTokens"], by: isJudged, words: "benchmarks that a judge checks" },
  {
    keys: ["temperature", "maxOutputTokens", "systemAs"],
    by: (name) => !isOfHarness(name),
    words: "benchmarks that are not of lm-evaluation-harness",
  },
] as const satisfies readonly {
  readonly keys: readonly (keyof EvaluateOptions)[];
  readonly by: (name: string) => boolean;
  readonly words: string;
}[];

type ObeyedBySome = (typeof obeyed)[number]["keys"][number];

/** An option that nothing obeys. */
export interface IdleOption {
  readonly key: ObeyedBySome;
  /** Such as `holds for own alone, and not for s-ifeval`. */
  readonly why: string;
}

/** The first option that is given and that no benchmark obeys. */
export function idleOption(given: Readonly<Partial<Record<ObeyedBySome, unknown>>>, on: readonly string[]): IdleOption | undefined {
  for (const { keys, by, words } of obeyed) {
    const key = keys.find((each) => given[each] !== undefined && given[each] !== false && given[each] !== "system");
    if (key !== undefined && !on.some(by)) return { key, why: `holds for ${words} alone, and not for ${on.join(", ")}` };
  }
  return undefined;
}

/**
 * Refuses options that would be taken without effect.
 * @param options What the user gave. What a config file says may be meant for others.
 * @throws UsageError for the first one.
 */
export function refuseIdleOptions(options: EvaluateOptions, { model, on, target, judge }: EvaluateConfig): void {
  const idle = idleOption(options, on);
  if (idle !== undefined) throw new UsageError(`--${kebabKey(idle.key)} ${idle.why}. Leave it out.`);
  if (options.splitSeed !== undefined && options.heldOut === undefined)
    throw new UsageError("--split-seed draws the rows of --held-out, which is not given. Give both, or neither.");
  const isServer = target.baseUrls.length > 0;
  const isFolder = !isServer && existsSync(model) && statSync(model).isDirectory();
  const inProcess = (isServer || isFolder ? [] : [target]).concat(judge?.baseUrls.length === 0 ? [judge] : []);
  if (options.contextSize !== undefined && inProcess.length === 0)
    throw new UsageError("--context-size is that of a model in process, and none is asked here. A server has its own. Leave it out.");
  if (options.python !== undefined && !isFolder && !on.some(isOfHarness))
    throw new UsageError("--python serves a folder and runs tasks of lm-evaluation-harness, and neither is asked for. Leave it out.");
}
