import { Option, type Command } from "commander";
import { UsageError } from "../../errors.ts";
import type { RunObserver } from "../../execution/observer.ts";
import { batchOption } from "../batch-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { addExamples, addGroup } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { addRunOptions, configOf, inputHelp, number, type Flags } from "../run-options.ts";
import { writeError, writeJson, writeOut } from "../terminal.ts";

interface EstimateFlags extends Flags {
  readonly rows?: number | string;
  readonly probe?: number | string;
}

export function defineEstimate(program: Command): void {
  const command = program
    .command("estimate")
    .argument("[input]", inputHelp)
    .summary("say what a run will use: calls, tokens, cost and time")
    .description(
      "Say what a run will use: calls, tokens, cost and time by phase, from a sample of the rows, with error bars. Calls no model, unless --probe is given.",
    );
  addGroup(command, "Estimate:", [
    new Option("--rows <n>", "rows to sample (default: 200)").argParser(number),
    new Option(
      "--probe <n>",
      `take n sampled rows (at least 3) through the phases first, and measure; the run does not pay these calls again (default: 0)`,
    ).argParser(number),
  ]);
  addGroup(addRunOptions(command), "Batches:", [batchOption("all calls, or those of phases such as generate,respond")]);
  addExamples(
    command,
    ["from the data alone", "sysgen estimate --config sysgen.yaml"],
    ["from 5 rows that are made, and paid only once", "sysgen estimate --config sysgen.yaml --probe 5"],
  ).action(estimate);
}

async function estimate(input: string | undefined, { rows = 200, probe = 0, ...flags }: EstimateFlags): Promise<void> {
  const { config, quiet, json } = await configOf(input, flags);
  const counts = { rows: count("--rows", rows, 1), probe: count("--probe", probe, 0) };
  const [{ estimateRun }, { renderEstimate }, { progressFor }, { downloadLine }] = await Promise.all([
    import("../../estimate/estimate.ts"),
    import("../estimate-text.ts"),
    import("../progress.ts"),
    import("../download-line.ts"),
  ]);
  const say = (text: string): void => writeError(`${text}\n`);
  const plain: RunObserver = { onNotice: say, ...(quiet ? {} : { onDownload: downloadLine(process.stderr) }) };
  using progress = counts.probe === 0 ? undefined : await progressFor({ config, quiet, stream: process.stderr });
  using interrupt = untilInterrupted(progress?.say ?? say);
  const found = await estimateRun(config, { ...counts, observer: progress?.observer ?? plain, signal: interrupt.signal });
  progress?.end();
  if (json) writeJson(found);
  else writeOut(renderEstimate(config.input, found));
  if (found.rows.failedProbes > 0) process.exitCode = exitCodes.someFailed;
}

/** @throws UsageError when the value is not a whole number of at least `least`. */
function count(flag: string, value: number | string, least: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${flag}: expected a whole number from ${least} up, found "${value}".`);
}
