import { basename } from "node:path";
import { phaseCalls, rowCounts, type RowCounts } from "../runs/counts.ts";
import { hintsOf } from "../runs/hints.ts";
import { moneyOf, projectedCost } from "../runs/money.ts";
import { runFiles } from "../runs/run-files.ts";
import { runTags } from "../runs/manifest.ts";
import { runJudge } from "../runs/run-judge.ts";
import { tagShareHints, tagSharesOf } from "../runs/tag-shares.ts";
import { tallyOf } from "../runs/tally.ts";
import { facetsOf } from "./facets.ts";
import type { KindCount } from "./row-kinds.ts";
import type { ViewedRun } from "./viewed-run.ts";
import type { RunReply } from "./wire-shapes.ts";

/** How far a run is, what it holds, and what its rows can be filtered by. */
export async function runReply(run: ViewedRun, other: ViewedRun | undefined): Promise<RunReply> {
  const { index, settings, progress, marks, judged } = run;
  const counted = index.countKinds();
  const { names: tags } = runTags(progress.manifest);
  const tally = tallyOf(
    counted.map(({ kind, rows }) => ({ traits: kind.traits, rows })),
    tags,
  );
  const rows = rowCounts({ done: ended(counted, "done"), dropped: ended(counted, "dropped"), failed: ended(counted, "failed") }, tally);
  const rejected = counted.flatMap(({ kind: { outcome, phase, reason }, rows: count }) =>
    outcome === "done" ? [] : [{ outcome, phase, reason, rows: count }],
  );
  const expected = progress.state === "finished" ? rows.in : await progress.expected(settings);
  const shareHints = tagShareHints(tagSharesOf(progress.manifest, tally, rows), rows);
  const warnings = runJudge(progress.manifest.calibration, tally)?.warnings ?? [];
  return {
    name: run.name,
    state: progress.state,
    model: settings.model,
    judgeModel: settings.judgeModel,
    format: settings.format.name,
    input: settings.input === "-" ? "standard input" : basename(settings.input),
    version: index.version + judged.version,
    rows,
    hints: [...hintsOf({ rows, rejected }, tally), ...shareHints, ...warnings.map((what) => ({ what, cure: null }))],
    money: await money(run, rows, expected),
    expected,
    rowsPerSecond: progress.rowsPerSecond,
    calls: phaseCalls(run.journal?.countPaid() ?? []),
    areCallsCounted: run.areCallsCounted,
    marks: marks.counts(),
    hasReport: run.report !== undefined,
    facets: { ...facetsOf(counted, tags), ...judged.facets() },
    compared:
      other === undefined
        ? null
        : { name: other.name, model: other.settings.model, judgeModel: other.settings.judgeModel, rows: other.index.slots.count },
  };
}

function ended(counted: readonly KindCount[], outcome: "done" | "dropped" | "failed"): number {
  return counted.reduce((sum, { kind, rows }) => (kind.outcome === outcome ? sum + rows : sum), 0);
}

async function money(run: ViewedRun, rows: RowCounts, expected: number | null): Promise<RunReply["money"]> {
  const { journal, areCallsCounted, progress } = run;
  if (journal === undefined || !areCallsCounted) return null;
  const found = await moneyOf({ manifest: progress.manifest, store: { journal, files: runFiles(run.folder) } });
  if (found === undefined) return null;
  const isGoingOn = progress.state === "running" && expected !== null && expected > rows.in;
  return { spent: found.spent, unpriced: [...found.unpriced], projected: isGoingOn ? projectedCost(found.spent, rows.in, expected) : null };
}
