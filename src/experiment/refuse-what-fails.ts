import type { YamlFile } from "../config/yaml-file.ts";
import { UsageError } from "../errors.ts";
import { harnessTaskOf, harnessSubstitutes, harnessTasks } from "../evaluation/harness/tasks.ts";
import { idleOption } from "../evaluation/idle-options.ts";
import { chooseBenchmarks } from "../evaluation/load-benchmarks.ts";
import { namesGguf } from "../training/base-model.ts";
import type { Experiment } from "./experiment.ts";
import { inKeys } from "./in-keys.ts";

const harnessNames = [...harnessTasks, ...harnessSubstitutes].map(({ name }) => name);

/**
 * Refuses what would fail in a cell after hours of training, or would be taken without effect.
 * @throws UsageError with file, line and key.
 */
export function refuseWhatFails(file: YamlFile, { benchmarks, students, judge, evaluate, dataRoot }: Experiment): void {
  for (const [index, { on, shots, judgeRuns, systemAs }] of benchmarks.entries()) {
    const key = ["benchmarks", String(index)];
    try {
      chooseBenchmarks({ on: [on], data: {}, judge }, harnessNames);
    } catch (error) {
      if (error instanceof UsageError) file.refuse(key, inKeys(error.message).replace(/\.$/, ""));
      throw error;
    }
    const idle = idleOption({ shots, judgeRuns, systemAs: systemAs.find((place) => place === "user") }, [on]);
    if (idle !== undefined) file.refuse([...key, idle.key], `${idle.why}; leave it out`);
    if (shots !== undefined && shots > 0 && harnessTaskOf(on)?.isZeroShot === true)
      file.refuse([...key, "shots"], `the harness asks ${on} without examples; leave it out`);
  }
  const { hideSystem, judgeMaxOutputTokens, temperature, maxOutputTokens } = evaluate;
  const on = benchmarks.map((benchmark) => benchmark.on);
  const idle = idleOption({ hideSystem, judgeMaxOutputTokens, temperature, maxOutputTokens }, on);
  if (idle !== undefined) file.refuse(["evaluate", idle.key], `${idle.why}; leave it out`);
  const idleRoot = idleOption({ dataRoot }, on);
  if (idleRoot !== undefined) file.refuse([idleRoot.key], `${idleRoot.why}; leave it out`);
  const inProcess = students.some(({ gguf }) => gguf !== undefined) || (judge !== undefined && judge.baseUrl === undefined);
  if (evaluate.contextSize !== undefined && !inProcess)
    file.refuse(["evaluate", "contextSize"], "holds for models in process alone, and none is asked; leave it out");
  for (const [index, { gguf }] of students.entries())
    if (gguf !== undefined && !namesGguf(gguf))
      file.refuse(["models", String(index), "gguf"], `expected a GGUF of the base, as a .gguf file or a named model, and ${gguf} is none`);
}
