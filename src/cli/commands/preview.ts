import type { Command } from "commander";
import type { RunObserver } from "../../execution/observer.ts";
import type { Calibration } from "../../phases/calibration.ts";
import { exitCodes } from "../exit-codes.ts";
import { addExamples } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { addRunOptions, configOf, inputHelp, type Flags } from "../run-options.ts";
import { pc, writeJsonLine, writeOut } from "../terminal.ts";

const previewRows = 3;

export function definePreview(program: Command): void {
  const command = program
    .command("preview")
    .argument("[input]", inputHelp)
    .summary(`take ${previewRows} rows through the phases and show all that came out`)
    .description(
      `Take ${previewRows} rows (or --limit) through the phases and show all that came out. The run that follows does not pay these calls again.`,
    );
  addExamples(
    addRunOptions(command),
    ["the first 3 rows, with what sysgen init wrote", "sysgen preview --config sysgen.yaml"],
    ["5 rows at random, in process", "sysgen preview data.jsonl --limit 5 --sample 5 --model qwen3-4b"],
  ).action(preview);
}

async function preview(input: string | undefined, flags: Flags): Promise<void> {
  const { config, quiet, json, log } = await configOf(input, { ...flags, limit: flags.limit ?? previewRows });
  const [
    { previewPipeline },
    { progressFor },
    { renderDatasetLine, renderRemoved },
    { recordersFor },
    { recordRun },
    { renderHints, renderJudge, renderRows },
    { renderNextSteps, stepsAfterPreview },
    { judgeWarnings },
    { runJudge },
    { rowCounts },
    { hintsOf },
    { tallyTraits, traitsOf },
  ] = await Promise.all([
    import("../../pipeline/preview.ts"),
    import("../progress.ts"),
    import("../row-text.ts"),
    import("../recorders.ts"),
    import("../../telemetry/record-run.ts"),
    import("../summary-text.ts"),
    import("../next-steps.ts"),
    import("../../phases/calibration-words.ts"),
    import("../../runs/run-judge.ts"),
    import("../../runs/counts.ts"),
    import("../../runs/hints.ts"),
    import("../../runs/tally.ts"),
  ]);
  using progress = await progressFor({ config, quiet, stream: process.stderr });
  using interrupt = untilInterrupted(progress.say);
  const { signal } = interrupt;
  const recorders = await recordersFor({ log, say: progress.say });
  let calibration: Calibration | undefined;
  const observed: RunObserver = {
    ...progress.observer,
    onCalibrated: (found) => (calibration = found),
    onNotice: (text) => {
      // What is to be known of the judge stands below the rows.
      const isBelow = !json && calibration !== undefined && text === judgeWarnings(calibration).join(" ");
      if (!isBelow) progress.say(text);
    },
  };
  const rows = await recordRun({ recorders, observer: observed, signal }, (observer) => previewPipeline(config, { observer, signal }));
  progress.end();
  for (const row of rows) {
    if (json) {
      writeJsonLine(row.line);
      continue;
    }
    const { outcome, entry } = row;
    const body =
      outcome.outcome === "done"
        ? renderDatasetLine(row.line)
        : `  ${pc.red(`${outcome.outcome} in ${outcome.phase}: ${outcome.reason}`)}  ${outcome.detail}`;
    const removed = renderRemoved(outcome.removed);
    writeOut(
      `\n${pc.bold(pc.underline(`row ${entry.id}`))} (${entry.file === undefined ? "" : `${entry.file}, `}line ${entry.row.line})\n${body}\n${removed === "" ? "" : `${removed}\n`}`,
    );
  }
  const tallied = tallyTraits(
    rows.map(({ outcome }) => ({ traits: traitsOf(outcome), rows: 1 })),
    config.tags.names,
  );
  const ended = (wanted: string): number => rows.filter(({ outcome }) => outcome.outcome === wanted).length;
  const counts = {
    rows: rowCounts({ done: ended("done"), dropped: ended("dropped"), failed: ended("failed") }, tallied),
    rejected: rows.flatMap(({ outcome }) => (outcome.outcome === "done" ? [] : [{ ...outcome, rows: 1 }])),
  };
  const next = quiet ? "" : renderNextSteps(stepsAfterPreview(process.argv.slice(2)));
  const parts = [renderJudge(runJudge(calibration, tallied)), renderRows(counts), renderHints(hintsOf(counts, tallied)), next];
  if (!json) writeOut(`\n${parts.filter((part) => part !== "").join("\n\n")}\n`);
  const failed = rows.some(({ outcome }) => outcome.outcome === "failed");
  process.exitCode = interrupt.signal.aborted ? exitCodes.interrupted : failed ? exitCodes.someFailed : exitCodes.ok;
}
