import { existsSync } from "node:fs";
import { Option, type Command } from "commander";
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
  if (existsSync(runFiles(folder).plan)) return statusOfShards(folder, json);
  const [
    { readRunStatus },
    { renderNextSteps, stepsAfterStatus },
    { renderBatches },
    { renderCounts, renderAnswers, renderHints, renderMoney, renderJudge, renderRows, renderTagShares },
  ] = await Promise.all([
    import("../../runs/status.ts"),
    import("../next-steps.ts"),
    import("../batches-text.ts"),
    import("../summary-text.ts"),
  ]);
  const found = await readRunStatus(folder);
  if (json) writeJson(found);
  else {
    const parts = [
      `${pc.bold(found.state)}  ${folder}   ${renderRows(found)}`,
      renderHints(found.hints),
      renderCounts(found),
      renderMoney(found.money),
      renderBatches(found.batches),
      renderTagShares(found.tagShares),
      renderJudge(found.judge),
      renderAnswers(found.answers),
      renderNextSteps(stepsAfterStatus(folder)),
    ];
    writeOut(`${parts.filter((part) => part !== "").join("\n\n")}\n`);
  }
}

/** The state of a run in shards, whether or not they were merged. */
async function statusOfShards(folder: string, json: boolean | undefined): Promise<void> {
  const [{ readShardsStatus }, { renderShards }, { renderNextSteps, stepsAfterShard }] = await Promise.all([
    import("../../shards/shards-status.ts"),
    import("../shards-text.ts"),
    import("../next-steps.ts"),
  ]);
  const found = await readShardsStatus(folder);
  if (json) writeJson(found);
  else writeOut(`${renderShards(found, folder)}\n\n${renderNextSteps(stepsAfterShard(folder))}\n`);
}
