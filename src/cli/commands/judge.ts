import { Option, type Command } from "commander";
import type { JudgeOptions } from "../../evaluation/judge/config.ts";
import { batchFlags, batchOption } from "../batch-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { addExamples, addGroup } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import {
  askingOptions,
  collect,
  judgeHeaderOption,
  judgeRequestOption,
  limitOptions,
  number,
  readFlags,
  tellingOptions,
  withRepeated,
  type RepeatedFlags,
} from "../run-options.ts";
import { writeJson, writeOut } from "../terminal.ts";

type JudgeFlags = JudgeOptions & RepeatedFlags & { readonly config?: string };

export function defineJudge(program: Command): void {
  const command = program
    .command("judge")
    .argument("<run>", "run directory")
    .summary("have a model compare new responses with the originals")
    .description(
      "Have a model judge a sample of a run's rows: is the new response better than the original, and does it obey each phrase? The same command again pays nothing twice.",
    );
  addGroup(command, "Judge:", [
    new Option(
      "--judge-model <name>",
      "model that judges, best of another family than the run's: a name on the server, a named model or a .gguf file",
    ),
    new Option(
      "--judge-base-url <url>",
      "OpenAI-compatible server of the judge; repeatable; without it the judge runs in process",
    ).argParser(collect),
    new Option("--judge-api-key-env <VAR>", "environment variable that holds the judge's key (default: OPENAI_API_KEY)"),
    judgeHeaderOption(),
    judgeRequestOption(),
  ]);
  addGroup(command, "Second judge:", [
    new Option("--second-judge-model <name>", "a second model that is asked the same; how far the two agree is reported"),
    new Option("--second-judge-base-url <url>", "where it is reached (default: the first judge's servers); repeatable").argParser(collect),
    new Option("--second-judge-api-key-env <VAR>", "environment variable that holds its key (default: as the first judge's)"),
  ]);
  addGroup(command, "What is judged:", [
    new Option("--sample <n>", "rows to draw at random out of the done ones, the same ones for the same --seed (default: 1000)").argParser(
      number,
    ),
    new Option("--seed <n>", "seed of the drawn rows and of the intervals (default: 0)").argParser(number),
    new Option("--hide-system", "the judge does not see the system message, as in the paper; kept apart, in judge-hidden.json"),
  ]);
  addGroup(command, "Calls:", [
    new Option(
      "--max-output-tokens <n>",
      "tokens of one reply, for judges that think first (default: what reasons and verdicts need)",
    ).argParser(number),
    ...askingOptions(),
  ]);
  addGroup(command, "Limits:", limitOptions());
  addGroup(command, "Batches:", batchFlags(batchOption("all calls, or file: files that vllm run-batch answers")));
  addGroup(command, "Configuration and output:", [
    new Option("--config <file.yaml>", "read models, servers, their limits and prices from a run's config file; flags win"),
    ...tellingOptions(),
  ]);
  addExamples(
    command,
    [
      "200 rows, by a model of another family",
      "sysgen judge runs/mine --sample 200 --judge-model mistral-small \\\n--judge-base-url http://gpu2:8000/v1",
    ],
    ["in process, with the system message hidden as in the paper", "sysgen judge runs/mine --judge-model qwen3-4b --hide-system"],
  ).action(judge);
}

async function judge(run: string, { config: path, ...flags }: JudgeFlags): Promise<void> {
  const [{ judgeOptionsSchema, resolveJudgeConfig }, { readConfigFile }] = await Promise.all([
    import("../../evaluation/judge/config.ts"),
    import("../../config/config-file.ts"),
  ]);
  const file = path === undefined ? {} : readConfigFile(path);
  const given = readFlags(judgeOptionsSchema, withRepeated(flags));
  const config = resolveJudgeConfig(run, given, file);
  const { quiet = file.quiet ?? false, json = false, log = file.log } = given;
  const [
    { judgeRun },
    { askingProgress },
    { renderJudgement },
    { renderNextSteps, stepsAfterJudge },
    { recordersFor },
    { endOfSummary, recordRun },
  ] = await Promise.all([
    import("../../evaluation/judge/judge-run.ts"),
    import("../asking-progress.ts"),
    import("../judge-text.ts"),
    import("../next-steps.ts"),
    import("../recorders.ts"),
    import("../../telemetry/record-run.ts"),
  ]);
  using progress = askingProgress({
    quiet,
    stream: process.stderr,
    words: { many: "rows", done: "judged" },
    head: ({ folder, model, judgeModel }) => `of ${folder}   responses of ${model}, judged by ${judgeModel}`,
  });
  using interrupt = untilInterrupted(progress.say);
  const { signal } = interrupt;
  const recorders = await recordersFor({ log, say: progress.say });
  const summary = await recordRun(
    { recorders, observer: progress.observer, signal },
    (observer) => judgeRun(config, { observer, signal }),
    endOfSummary,
  );
  progress.end();
  if (json) writeJson(summary);
  else {
    const next = quiet ? "" : renderNextSteps(stepsAfterJudge({ ...summary, run }, process.argv.slice(2)));
    writeOut(`${renderJudgement(summary)}${next === "" ? "" : `\n${next}\n`}`);
  }
  process.exitCode =
    summary.state === "interrupted"
      ? exitCodes.interrupted
      : summary.state === "stopped"
        ? summary.waiting === undefined
          ? exitCodes.budget
          : exitCodes.open
        : summary.judges.some(({ rows }) => rows.failed > 0)
          ? exitCodes.someFailed
          : exitCodes.ok;
}
