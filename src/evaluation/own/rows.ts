import { createHash } from "node:crypto";
import { UsageError } from "../../errors.ts";
import { hasToolCalls, openExportedRun, type ExportedRow } from "../../exports/exported-row.ts";
import { divideRows } from "../../exports/held-out.ts";
import { counted, percent, thousands } from "../../texts/number-text.ts";
import type { DataSource, LoadOptions, RunRows } from "../benchmarks/benchmark.ts";
import { subjectOf, type Side, type SubjectPhrase } from "../judge/subject.ts";

/** A row of a run, as its system message is asked about. */
export interface OwnRow {
  readonly id: string;
  readonly systemMessage: string;
  readonly phrases: readonly SubjectPhrase[];
  /** The conversation before the last response. */
  readonly history: Side["history"];
}

/**
 * The rows of a run that a model was not trained on, in the run's order. Without a draw they are
 * all rows that a training may see. Rows with tools are left out, because no tools are offered.
 * @throws UsageError when the folder holds no run, and when no row is left.
 */
export async function readOwnRows(
  { folder, heldOut }: RunRows,
  { onNotice }: Pick<LoadOptions, "onNotice">,
): Promise<{ readonly rows: readonly OwnRow[]; readonly data: DataSource }> {
  await using run = await openExportedRun(folder);
  const divided = divideRows(run, heldOut ?? { share: 0, seed: 0 });
  const asked = heldOut === undefined ? divided.trained : divided.heldOut;
  const done = divided.trained.length + divided.heldOut.length;
  const rows = asked.filter((row) => !hasToolCalls(row)).map(ownRow);
  const withTools = asked.length - rows.length;
  if (withTools > 0) onNotice(`own: ${counted(withTools, "row")} with tools left out, because no tools are offered here.`);
  if (rows.length === 0) throw new UsageError(noRow(folder, done, heldOut?.share));
  if (heldOut === undefined)
    onNotice(
      `own: all ${thousands(done)} rows of ${folder} are asked about. For a model that was trained on them, name the ones that it did not see: --held-out 0.1`,
    );
  const sha256 = createHash("sha256").update(JSON.stringify(rows)).digest("hex");
  return { rows, data: { from: folder, sha256 } };
}

function ownRow(row: ExportedRow): OwnRow {
  const { id, systemMessage, phrases, new: side } = subjectOf(row);
  return { id, systemMessage, phrases, history: side.history };
}

function noRow(folder: string, done: number, share: number | undefined): string {
  if (share === undefined || done === 0) return `own: ${folder} has no row to ask about that is done and written anew.`;
  return `own: none of the ${thousands(done)} rows of ${folder} is held out at ${percent(share, 1)}. Take a larger --held-out, in training too, or a run with more rows.`;
}
