import type { Command } from "commander";
import type { RunObserver } from "../../execution/observer.ts";
import type { Calibration } from "../../phases/calibration.ts";
import { exitCodes } from "../exit-codes.ts";
import { untilInterrupted } from "../interrupt.ts";
import { addRunOptions, configOf, inputHelp, type Flags } from "../run-options.ts";
import { pc, writeJsonLine, writeOut } from "../terminal.ts";

const previewRows = 3;

export function definePreview(program: Command): void {
  const command = program
    .command("preview")
    .argument("[input]", inputHelp)
    .description(
      `Take ${previewRows} rows (or --limit) through the phases and show all that came out. The run that follows does not pay these calls again.`,
    );
  addRunOptions(command).action(preview);
}

async function preview(input: string | undefined, flags: Flags): Promise<void> {
  const { config, quiet, json, log } = await configOf(input, { ...flags, limit: flags.limit ?? previewRows });
  const [
    { previewPipeline },
    { progressFor },
    { renderDatasetLine, renderRemoved },
    { recordersFor },
    { recordRun },
    { combineObservers },
    { renderHints, renderJudge, renderRows },
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
    import("../../telemetry/combine-observers.ts"),
    import("../summary-text.ts"),
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
  const calibrated: RunObserver = { onCalibrated: (found) => (calibration = found) };
  const rows = await recordRun({ recorders, observer: combineObservers(progress.observer, calibrated), signal }, (observer) =>
    previewPipeline(config, { observer, signal }),
  );
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
  const tallied = tallyTraits(rows.map(({ outcome }) => ({ traits: traitsOf(outcome), rows: 1 })));
  const ended = (wanted: string): number => rows.filter(({ outcome }) => outcome.outcome === wanted).length;
  const counted = rowCounts({ done: ended("done"), dropped: ended("dropped"), failed: ended("failed") }, tallied);
  const parts = [renderJudge(runJudge(calibration, tallied)), renderRows(counted), renderHints(hintsOf(counted, tallied))];
  if (!json) writeOut(`\n${parts.filter((part) => part !== "").join("\n\n")}\n`);
  const failed = rows.some(({ outcome }) => outcome.outcome === "failed");
  process.exitCode = interrupt.signal.aborted ? exitCodes.interrupted : failed ? exitCodes.someFailed : exitCodes.ok;
}
