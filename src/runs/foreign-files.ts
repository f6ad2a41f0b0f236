import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { runFiles } from "./run-files.ts";

/**
 * Protects files that a run would overwrite: the run's own input, and data in a folder that is no
 * run directory. A folder of an evaluation stays one, because its journal is the evaluation's.
 * @param input The identity of the input, an absolute path where the input is a file.
 * @param isRun Whether the folder is a run directory.
 * @throws UsageError when such a file has the name of an output file of the run.
 */
export function refuseForeignFiles(folder: string, input: unknown, isRun: boolean): void {
  const { dataset, rejected, evaluation } = runFiles(folder);
  if (existsSync(evaluation)) throw new UsageError(`${folder} holds an evaluation of a model (evaluate.json). Choose another --out.`);
  const outputs = [dataset, rejected].filter((path) => existsSync(path));
  const lost = outputs.find((path) => !isRun || resolve(path) === input);
  if (lost === undefined) return;
  const why = resolve(lost) === input ? "is the input" : "was not made by a run";
  throw new UsageError(`${lost} ${why}, and would be overwritten. Choose another --out.`);
}
