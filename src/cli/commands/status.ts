import { existsSync } from "node:fs";
import { Option, type Command } from "commander";
import type { RunStatus } from "../../runs/status.ts";
import { addExamples } from "../help.ts";
import { pc, writeJson, writeOut } from "../terminal.ts";

export function defineStatus(program: Command): void {
  const command = program
    .command("status")
    .argument("<run>", "run directory")
    .summary("say how far a run came")
    .description(
      "Say how far a run came: rows in and done, dropped by reason, failed by kind, calls paid and tokens per phase. Works while it runs.",
    )
    .addOption(new Option("--json", "the result as JSON on stdout"));
  addExamples(command, ["how far it is", "sysgen status runs/mine"]).action(status);
}

async function status(folder: string, { json }: { json?: boolean }): Promise<void> {
  const { runFiles } = await import("../../runs/run-files.ts");
  const { plan, manifest } = runFiles(folder);
  if (existsSync(plan)) return statusOfShards(folder, json, existsSync(manifest));
  const { renderNextSteps, stepsAfterStatus } = await import("../next-steps.ts");
  const { found, text } = await statusOfRun(folder);
  if (json) writeJson(found);
  else writeOut(`${text}\n\n${renderNextSteps(stepsAfterStatus(folder))}\n`);
}

/** The state of one run, also of one that shards were merged into. */
async function statusOfRun(folder: string): Promise<{ readonly found: RunStatus; readonly text: string }> {
  const [
    { readRunStatus },
    { renderBatches },
    { renderCounts, renderAnswers, renderHints, renderMoney, renderJudge, renderRows, renderTagShares },
  ] = await Promise.all([import("../../runs/status.ts"), import("../batches-text.ts"), import("../summary-text.ts")]);
  const found = await readRunStatus(folder);
  const parts = [
    `${pc.bold(found.state)}  ${folder}   ${renderRows(found)}`,
    renderHints(found.hints),
    renderCounts(found),
    renderMoney(found.money),
    renderBatches(found.batches),
    renderTagShares(found.tagShares),
    renderJudge(found.judge),
    renderAnswers(found.answers),
  ];
  return { found, text: parts.filter((part) => part !== "").join("\n\n") };
}

/** The state of a run in shards, and of the run that they were merged into, if they were. */
async function statusOfShards(folder: string, json: boolean | undefined, isMerged: boolean): Promise<void> {
  const [{ readShardsStatus }, { renderShards }, { renderNextSteps, stepsAfterShard, stepsAfterStatus }] = await Promise.all([
    import("../../shards/shards-status.ts"),
    import("../shards-text.ts"),
    import("../next-steps.ts"),
  ]);
  const shards = await readShardsStatus(folder);
  const merged = isMerged ? await statusOfRun(folder) : undefined;
  if (json) return writeJson({ ...shards, merged: merged?.found });
  const steps = [...stepsAfterShard(folder), ...(merged === undefined ? [] : stepsAfterStatus(folder))];
  const texts = [
    renderShards(shards, folder),
    ...(merged === undefined ? [] : [`${pc.bold("Merged:")} ${merged.text}`]),
    renderNextSteps(steps),
  ];
  writeOut(`${texts.join("\n\n")}\n`);
}
