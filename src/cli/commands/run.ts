import { Option, type Command } from "commander";
import { UsageError } from "../../errors.ts";
import type { RunObserver, RunOptions } from "../../execution/observer.ts";
import type { RunSummary } from "../../runs/summary.ts";
import { batchFlags, batchOption } from "../batch-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { addExamples, addGroup } from "../help.ts";
import { addRunOptions, collect, configOf, givenConfig, inputHelp, number, type Flags } from "../run-options.ts";
import { untilInterrupted } from "../interrupt.ts";
import { limitHeap } from "../limit-heap.ts";
import { writeJson, writeOut } from "../terminal.ts";

type RunFlags = Flags & { readonly view?: boolean; readonly open: boolean; readonly shard?: string };

export function defineRun(program: Command): void {
  const command = program
    .command("run")
    .argument("[input]", inputHelp)
    .summary("take a dataset through the phases; the same command again goes on where it stopped")
    .description("Take a dataset through the phases. The same command again goes on where it stopped.");
  addRunOptions(command);
  addGroup(command, "Batches:", batchFlags(batchOption()));
  addGroup(command, "Run directory:", [
    new Option(
      "--rerun-phase <phase>",
      "ask for this phase's replies anew (generate, filter, verify, respond), also with another configuration from there on",
    ),
    new Option(
      "--retry <what>",
      "try dropped rows anew: dropped, or dropped:<reason> with a reason of rejected.jsonl; repeatable. Failed rows are tried again in any case",
    ).argParser(collect),
    new Option(
      "--shard <k/n>",
      "only this shard of the run that sysgen shards planned in --out, such as 3/64, or env: as the task's scheduler numbers it",
    ),
    new Option("--wait-for-lock <seconds>", "wait so long for another process that is at work in the run directory (default: 0)").argParser(
      number,
    ),
    new Option("--force", "go on in a run directory that was made with another configuration; only what changed is paid"),
  ]);
  addGroup(command, "Configuration and output:", [
    new Option("--view", "look on in the browser (sysgen view); once the run has ended, the viewer stays open until Ctrl-C"),
    new Option("--no-open", "with --view: print the viewer's address, and open no browser"),
  ]);
  addExamples(
    command,
    ["with what sysgen init wrote, and look on in the browser", "sysgen run --config sysgen.yaml --view"],
    [
      "on a server, 500 rows at random, for at most 5 dollars",
      "sysgen run data.jsonl --sample 500 --seed 1 --max-cost 5 --out runs/mine \\\n--model Qwen/Qwen2.5-14B-Instruct --base-url http://gpu1:8000/v1",
    ],
  ).action(run);
}

async function run(input: string | undefined, { view = false, open, shard, ...flags }: RunFlags): Promise<void> {
  limitHeap();
  const { config, quiet, json, log, work } = shard === undefined ? await whole(input, flags) : await part(shard, input, flags);
  const [
    { progressFor },
    { renderSummary },
    { renderNextSteps, stepsAfterRun, stepsAfterShard },
    { recordersFor },
    { endOfSummary, recordRun },
  ] = await Promise.all([
    import("../progress.ts"),
    import("../summary-text.ts"),
    import("../next-steps.ts"),
    import("../recorders.ts"),
    import("../../telemetry/record-run.ts"),
  ]);
  using progress = await progressFor({ config, quiet, stream: process.stderr });
  using viewer = view ? new (await import("../viewer-beside.ts")).ViewerBeside({ open, say: progress.say }) : undefined;
  const observed: RunObserver = {
    ...progress.observer,
    onStart(start) {
      progress.observer.onStart?.(start);
      viewer?.start(start.folder);
    },
  };
  using interrupt = untilInterrupted(progress.say);
  const { signal } = interrupt;
  const recorders = await recordersFor({ log, say: progress.say });
  const summary = await recordRun({ recorders, observer: observed, signal }, (observer) => work({ observer, signal }), endOfSummary);
  progress.end();
  if (json) writeJson(summary);
  else {
    const { baseUrls } = config.judge ?? config.generator;
    const given = process.argv.slice(2);
    const steps =
      flags.out !== undefined && shard !== undefined
        ? stepsAfterShard(flags.out)
        : stepsAfterRun({ ...summary, folder: config.out, baseUrls }, given);
    const next = quiet ? "" : renderNextSteps(steps);
    writeOut(`${renderSummary(summary)}${next === "" ? "" : `\n${next}\n`}`);
  }
  process.exitCode =
    summary.state === "interrupted"
      ? exitCodes.interrupted
      : summary.state === "stopped"
        ? summary.waiting === undefined
          ? exitCodes.budget
          : exitCodes.open
        : summary.rows.failed > 0
          ? exitCodes.someFailed
          : summary.rows.done === 0
            ? exitCodes.nothing
            : exitCodes.ok;
  if (viewer === undefined || summary.state === "interrupted") return;
  interrupt[Symbol.dispose]();
  await viewer.untilInterrupted();
}

/** A configuration, and what takes its rows through the phases. */
interface Work extends Awaited<ReturnType<typeof configOf>> {
  readonly work: (options: RunOptions) => Promise<RunSummary>;
}

async function whole(input: string | undefined, flags: Flags): Promise<Work> {
  const configured = await configOf(input, flags);
  const { runPipeline } = await import("../../pipeline/run-pipeline.ts");
  return { ...configured, work: (options) => runPipeline(configured.config, options) };
}

async function part(shard: string, input: string | undefined, flags: Flags): Promise<Work> {
  const { out, ...given } = await givenConfig(input, flags);
  if (out === undefined) throw new UsageError("--shard needs --out: the run directory in which sysgen shards wrote the plan.");
  const { prepareShard, runShard } = await import("../../shards/run-shard.ts");
  const prepared = await prepareShard(shard, out, given, process.env);
  const { quiet = false, json = false, log } = given;
  return { config: prepared.config, quiet, json, log, work: (options) => runShard(prepared, options) };
}
