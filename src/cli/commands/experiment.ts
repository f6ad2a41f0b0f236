import { Option, type Command } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { addExamples, addGroup } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { writeError, writeJson, writeOut } from "../terminal.ts";

interface ExperimentFlags {
  readonly dryRun?: boolean;
  readonly report?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export function defineExperiment(program: Command): void {
  const command = program
    .command("experiment")
    .argument("<file.yaml>", "which models, variants, benchmarks and seeds")
    .summary("train variants of a run's rows, evaluate them, and put the paper's tables beside them")
    .description(
      "Train a model on each variant of a run's rows, evaluate each, and write a report with the paper's tables. The same command again goes on where it stopped: what is done is kept, and what failed is tried again.",
    );
  addGroup(command, "Work:", [
    new Option("--dry-run", "say which cells are left and how long they may take, and do nothing").conflicts("report"),
    new Option("--report", "write the report of what is done, also while another process is at work, and do no more"),
  ]);
  addGroup(command, "Output:", [
    new Option("--quiet", "no progress"),
    new Option("--json", "the whole report as JSON on stdout").conflicts("dryRun"),
  ]);
  addExamples(
    command,
    ["what it will do", "sysgen experiment experiment.yaml --dry-run"],
    ["do it, or go on", "sysgen experiment experiment.yaml"],
  ).action(runFile);
}

async function runFile(
  path: string,
  { dryRun = false, report: isReport = false, quiet = false, json = false }: ExperimentFlags,
): Promise<void> {
  const [{ openExperiment }, { CellTimes, cellsOf }, { isFinished }] = await Promise.all([
    import("../../experiment/open-experiment.ts"),
    import("../../experiment/estimate-time.ts"),
    import("../../experiment/plan.ts"),
  ]);
  const { renderExperiment, renderPlan } = await import("../experiment-text.ts");
  const columns = process.stdout.columns ?? 100;
  using interrupt = untilInterrupted((text) => writeError(`${text}\n`));
  const { signal } = interrupt;
  const opened = await openExperiment(path, { signal, onNotice: (text) => void (quiet || writeError(`${text}\n`)) });
  const { experiment } = opened;
  const before = await opened.plan();
  const times = new CellTimes(experiment, before);
  if (!isReport) await opened.check(before);
  if (dryRun) return writeOut(renderPlan(before, times, columns));
  // A report only reads, so it may be made while another process is at work.
  using _claim = isReport ? undefined : await opened.claim();
  let stoppedBy: string | undefined;
  if (!isReport) {
    const { experimentProgress } = await import("../experiment-progress.ts");
    const left = cellsOf(before).flatMap((planned) => (isFinished(planned) ? [] : [planned.cell]));
    using progress = experimentProgress({ quiet, stream: process.stderr, left, times });
    stoppedBy = await opened.run(before, progress, signal);
    if (stoppedBy !== undefined) progress.say(`${stoppedBy} What is paid is kept, and the same command with a larger limit goes on.`);
  }
  const after = await opened.plan();
  const { report, files } = await opened.report(after, isReport && opened.isAtWork());
  if (json) writeJson(report);
  else writeOut(renderExperiment(report, files, columns));
  process.exitCode = signal.aborted
    ? exitCodes.interrupted
    : stoppedBy !== undefined
      ? exitCodes.budget
      : report.cells.some(({ state }) => state === "failed")
        ? exitCodes.someFailed
        : exitCodes.ok;
}
