import { Option, type Command } from "commander";
import type { EvaluateOptions } from "../../evaluation/evaluate-config.ts";
import { hasFailedItems } from "../../evaluation/failed-items.ts";
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

type EvaluateFlags = EvaluateOptions & RepeatedFlags & { readonly config?: string };

export function defineEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .argument("<model>", "folder of a Hugging Face model, .gguf file, named model, or the model's name on the server of --base-url")
    .summary("ask a model the questions of benchmarks, and score its answers")
    .description(
      "Ask a model the questions of benchmarks, and score its answers by code or by a judge (docs/evaluation.md). The same command again pays nothing twice.",
    );
  addGroup(command, "Benchmarks:", [
    new Option(
      "--on <names>",
      "benchmarks, with commas between them: own, s-ifeval, ifeval, multifacet, sysbench, sysbench-gt, realguardrails; and of lm-evaluation-harness mmlu, mmlu-pro, arc-challenge, gpqa, hellaswag, ifeval-harness, mathqa, bbh; and for servers without log-probabilities mmlu-generative, arc-challenge-chat, gpqa-cot",
    )
      .argParser(collect)
      .makeOptionMandatory(),
    new Option("--out <dir>", "folder of the evaluation, which is made").makeOptionMandatory(),
    new Option("--data <name=file>", "a benchmark's data, such as sysbench=sessions.json; repeatable").argParser(collect),
    new Option(
      "--limit <n>",
      "ask the first n items of each benchmark (of mmlu, mmlu-pro and bbh of each part); its figures are marked as partial",
    ).argParser(number),
    new Option("--run <dir>", "own: the run whose rows are asked about (default: the run that the model was trained on)"),
    new Option("--held-out <share>", "own: ask about the rows of this share alone, as sysgen train holds them out").argParser(number),
    new Option("--split-seed <n>", "own: seed of the rows that are held out (default: 0)").argParser(number),
  ]);
  addGroup(command, "Benchmarks of lm-evaluation-harness:", [
    new Option("--data-root <dir>", "folder that holds datasets as <owner>/<name>, like the hub (default: the hub)"),
    new Option(
      "--shots <n>",
      "worked examples before a question, or mmlu=0 for one benchmark; repeatable (default: as the Open LLM Leaderboards)",
    ).argParser(collect),
    new Option("--tokenizer <name>", "folder or hub name of the tokenizer of a server's model, for log-probabilities"),
  ]);
  addGroup(command, "Model:", [
    new Option("--base-url <url>", "OpenAI-compatible server of the model; repeat it for more servers").argParser(collect),
    new Option("--api-key-env <VAR>", "environment variable that holds the key (default: OPENAI_API_KEY)"),
    new Option("--header <line>", "further header of each request; repeatable").argParser(collect),
    new Option("--request <field>", "further field of each request, such as top_p=0.9, or several as JSON; repeatable").argParser(collect),
    new Option("--context-size <n>", "tokens of context of an embedded model (default: 4096)").argParser(number),
    new Option("--temperature <t>", "temperature of the answers (default: 0)").argParser(number),
    new Option("--max-output-tokens <n>", "tokens of one answer (default: as each benchmark's reference)").argParser(number),
    new Option("--seed <n>", "seed of the models' sampling").argParser(number),
    new Option("--system-as <role>", "send the system message as system, or at the head of the first user message: user (default: system)"),
    new Option(
      "--system-role <how>",
      "where the model's training put the system message: system, first-user or template (default: as its train.json says)",
    ),
    new Option("--python <path>", "the Python that serves a folder and runs the harness (default: that of sysgen python install)"),
  ]);
  addGroup(command, "Judge:", [
    new Option("--judge-model <name>", "model that judges, best of another family: a name on the server, a named model or a .gguf file"),
    new Option("--judge-base-url <url>", "where the judge is reached (default: the same servers); repeatable").argParser(collect),
    new Option("--judge-api-key-env <VAR>", "environment variable that holds the judge's key (default: as --api-key-env)"),
    judgeHeaderOption(),
    judgeRequestOption(),
    new Option("--judge-requests-per-minute <n>", "the judge's own RPM").argParser(number),
    new Option("--judge-tokens-per-minute <n>", "the judge's own TPM").argParser(number),
    new Option("--judge-timeout <seconds>", "time that one call to the judge may take (default: as --timeout)").argParser(number),
    new Option("--judge-runs <n>", "judge each item n times: figures are means, and each run has its own (default: 1)").argParser(number),
    new Option(
      "--judge-max-output-tokens <n>",
      "tokens of one judgement, for judges that think first (default: what each question needs)",
    ).argParser(number),
    new Option("--hide-system", "multifacet: the judge does not see the system message, as in the reference's own commands"),
  ]);
  addGroup(command, "Calls:", askingOptions());
  addGroup(command, "Limits:", limitOptions());
  addGroup(command, "Configuration and output:", [
    new Option("--config <file.yaml>", "read the judge, servers' limits and prices from a run's config file; flags win"),
    ...tellingOptions(),
  ]);
  addExamples(
    command,
    ["does a model follow system messages? No judge, no download", "sysgen evaluate qwen2.5-0.5b --on s-ifeval --out evaluations/base"],
    [
      "a trained model on rows that it did not see, and on Multifaceted Bench",
      "sysgen evaluate models/mine --on own,multifacet --out evaluations/mine \\\n--judge-model mistral-small --judge-base-url http://gpu2:8000/v1",
    ],
  ).action(evaluateModel);
}

async function evaluateModel(model: string, { config: path, ...flags }: EvaluateFlags): Promise<void> {
  const [{ evaluateOptionsSchema, resolveEvaluateConfig }, { refuseIdleOptions }, { readConfigFile }] = await Promise.all([
    import("../../evaluation/evaluate-config.ts"),
    import("../../evaluation/idle-options.ts"),
    import("../../config/config-file.ts"),
  ]);
  const file = path === undefined ? {} : readConfigFile(path);
  const given = readFlags(evaluateOptionsSchema, withRepeated(flags));
  const config = resolveEvaluateConfig(model, given, file);
  refuseIdleOptions(given, config);
  const { quiet = file.quiet ?? false, json = false, log = file.log } = given;
  const [
    { evaluate },
    { askingProgress },
    { renderEvaluation },
    { renderNextSteps, stepsAfterEvaluate },
    { recordersFor },
    { endOfSummary, recordRun },
  ] = await Promise.all([
    import("../../evaluation/evaluate.ts"),
    import("../asking-progress.ts"),
    import("../evaluation-text.ts"),
    import("../next-steps.ts"),
    import("../recorders.ts"),
    import("../../telemetry/record-run.ts"),
  ]);
  using progress = askingProgress({
    quiet,
    stream: process.stderr,
    words: { many: "items", done: "answered" },
    head: ({ folder, model: asked, judgeModel }) =>
      `for ${folder}   answers of ${asked}${judgeModel === "" ? "" : `, judged by ${judgeModel}`}`,
  });
  using interrupt = untilInterrupted(progress.say);
  const { signal } = interrupt;
  const recorders = await recordersFor({ log, say: progress.say });
  const summary = await recordRun(
    { recorders, observer: progress.observer, signal },
    (observer) => evaluate(config, { observer, signal }),
    endOfSummary,
  );
  progress.end();
  if (json) writeJson(summary);
  else {
    const next = quiet ? "" : renderNextSteps(stepsAfterEvaluate(summary, process.argv.slice(2)));
    writeOut(`${renderEvaluation(summary)}${next === "" ? "" : `\n${next}\n`}`);
  }
  process.exitCode =
    summary.state === "interrupted"
      ? exitCodes.interrupted
      : summary.state === "stopped"
        ? exitCodes.budget
        : config.on.some((name) => hasFailedItems(summary.benchmarks[name]))
          ? exitCodes.someFailed
          : exitCodes.ok;
}
