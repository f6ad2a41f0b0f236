import { Option, type Command } from "commander";
import { exitCodes } from "../exit-codes.ts";
import { addExamples, addGroup } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { limitHeap } from "../limit-heap.ts";
import { collect, givenConfig, number, type Flags } from "../run-options.ts";
import { writeError, writeJson, writeOut } from "../terminal.ts";

export function defineMerge(program: Command): void {
  const command = program
    .command("merge")
    .argument("<run>", "run directory of a plan (sysgen shards)")
    .summary("put the shards of a run together, at any time and any number of times")
    .description(
      "Put the shards of a run together. The run is then as if one process had made it. Works while shards are at work, and pays nothing unless --pay is given.",
    );
  addGroup(command, "Merge:", [
    new Option("--pay", "ask models for what no shard has paid, and for failed rows again"),
    new Option("--base-url <url>", "with --pay: the servers, where they are others than the plan's; repeatable").argParser(collect),
    new Option("--judge-base-url <url>", "the same for the judge; repeatable").argParser(collect),
    new Option("--concurrency <n>", "with --pay: most calls at once").argParser(number),
    new Option("--wait-for-lock <seconds>", "wait so long for another process that is at work in the run directory").argParser(number),
    new Option("--json", "the result as JSON on stdout, and nothing else there"),
  ]);
  addExamples(command, ["after the shards have ended, or while they are at work", "sysgen merge runs/big"]).action(merge);
}

async function merge(folder: string, { pay = false, ...flags }: Flags & { readonly pay?: boolean }): Promise<void> {
  limitHeap();
  const given = await givenConfig(undefined, flags);
  const [{ mergeShards }, { refuseWithoutPay }, { renderMerge }, { stepsAfterStatus, renderNextSteps }] = await Promise.all([
    import("../../shards/merge-shards.ts"),
    import("../../shards/refuse-without-pay.ts"),
    import("../shards-text.ts"),
    import("../next-steps.ts"),
  ]);
  if (!pay) refuseWithoutPay(given);
  const say = (text: string): void => writeError(`${text}\n`);
  using interrupt = untilInterrupted(say);
  const merged = await mergeShards(folder, given, { pay, signal: interrupt.signal, observer: { onNotice: say } });
  if (given.json === true) writeJson(merged);
  else writeOut(`${renderMerge(merged, folder)}\n\n${renderNextSteps(stepsAfterStatus(folder))}\n`);
  process.exitCode =
    merged.state === "interrupted"
      ? exitCodes.interrupted
      : merged.state === "stopped" && merged.waiting === undefined
        ? exitCodes.budget
        : merged.rows.failed > 0 || merged.state === "stopped"
          ? exitCodes.someFailed
          : merged.rows.done === 0
            ? exitCodes.nothing
            : exitCodes.ok;
}
