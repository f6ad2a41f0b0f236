import { Option, type Command } from "commander";
import type { TrainOptions } from "../../training/train-config.ts";
import { exitCodes } from "../exit-codes.ts";
import { addExamples, addGroup } from "../help.ts";
import { untilInterrupted } from "../interrupt.ts";
import { collect, number, readFlags } from "../run-options.ts";
import { writeJson, writeOut } from "../terminal.ts";

interface TrainFlags {
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export function defineTrain(program: Command): void {
  const command = program
    .command("train")
    .argument("<run>", "run directory")
    .summary("fine-tune a model on a run's rows")
    .description(
      "Fine-tune a model on a run's rows with TRL. The same command goes on where it was stopped or killed. It needs Python (sysgen python install).",
    );
  addGroup(command, "Model and rows:", [
    new Option(
      "--model <name>",
      "a Hugging Face folder, an id of the hub (owner/name), a named embedded model or a .gguf file",
    ).makeOptionMandatory(),
    new Option(
      "--variant <name>",
      "original: the input's responses; common: with the same system message for all; s-a: with the generated one; s-a2: new responses too; a2: new responses without it; kd: s-a2 of a run by another model",
    )
      .choices(["original", "common", "s-a", "s-a2", "a2", "kd"])
      .makeOptionMandatory(),
    new Option("--out <folder>", "the trained model's folder").makeOptionMandatory(),
    new Option("--common <text>", "the system message of the variant common (default: You are a helpful AI assistant.)"),
    new Option("--held-out <share>", "share of rows that no variant is trained on (default: 0.1)").argParser(number),
    new Option("--split-seed <n>", "seed of the held-out rows (default: 0)").argParser(number),
    new Option("--same-rows-as <run>", "only rows that are finished in this run too; repeatable").argParser(collect),
  ]);
  addGroup(command, "How the model reads rows:", [
    new Option(
      "--system-role <where>",
      "auto: system where the chat template takes it, else first-user; system: a message of its own; first-user: before the first user message; template: take the template's refusals out",
    ).choices(["auto", "system", "first-user", "template"]),
    new Option("--chat-template <file.jinja>", "a chat template in the place of the model's"),
    new Option("--max-length <tokens>", "a longer row is cut (default: 2048, or the model's context)").argParser(number),
    new Option("--drop-long", "leave out rows of which the cut takes every trained token, which are refused without this"),
  ]);
  addGroup(command, "Training:", [
    new Option("--preset <name>", "paper: learning rate 1e-6, 4 x 2 rows, 4096 tokens, epoch 3 of a schedule of 5").choices(["paper"]),
    new Option("--lora", "train adapters and merge them, which takes far less memory (default: all weights)"),
    new Option("--lora-rank <n>", "(default: 16)").argParser(number),
    new Option("--learning-rate <x>", "(default: 2e-5, with --lora 1e-4)").argParser(number),
    new Option("--epochs <n>", "times over all rows, also with --preset paper, which then keeps the last (default: 3)").argParser(number),
    new Option("--max-steps <n>", "end after so many steps").argParser(number),
    new Option("--batch-size <rows>", "rows at once (default: 4 on a GPU, 1 on a CPU)").argParser(number),
    new Option("--accumulation <n>", "batches in a step (default: such that a step has 8 rows)").argParser(number),
    new Option("--warmup-steps <n>", "(default: a tenth of the steps, at most 10)").argParser(number),
    new Option("--seed <n>", "seed of the order of rows, which sysgen experiment counts from 0 (default: 42)").argParser(number),
    new Option("--device <which>", "auto, cpu or gpu").choices(["auto", "cpu", "gpu"]),
    new Option("--save-seconds <n>", "time between checkpoints (default: 600)").argParser(number),
    new Option("--python <path>", "a Python interpreter of your own (default: SYSGEN_PYTHON, else sysgen python install's)"),
  ]);
  addGroup(command, "Output:", [
    new Option(
      "--gguf [base]",
      "write a GGUF too, with metadata and tokenizer of this GGUF of the base model (default: the one that --model names)",
    ),
    new Option("--gguf-type <type>", "f16, or q8_0, which is half as large and runs faster on a CPU (default: f16)").choices([
      "f16",
      "q8_0",
    ]),
    new Option("--dry-run", "show two rendered rows, the settings and what to know of them, and train nothing"),
    new Option("--quiet", "show no progress"),
    new Option("--json", "the record, or with --dry-run the plan, as JSON on stdout"),
  ]);
  addExamples(
    command,
    ["the paper's variant, on the model that is at hand", "sysgen train runs/mine --model smollm2-135m --variant s-a2 --out models/s-a2"],
    [
      "what would be trained, and nothing else",
      "sysgen train runs/mine --model Qwen/Qwen2.5-0.5B-Instruct --variant original \\\n--out models/original --preset paper --dry-run",
    ],
  ).action(trainModel);
}

async function trainModel(run: string, { dryRun = false, quiet = false, json = false, ...flags }: TrainFlags): Promise<void> {
  const [{ train }, { dryTraining }, { trainOptionsSchema }, { trainProgress }, { renderPlan, renderTraining }, { downloadLine }] =
    await Promise.all([
      import("../../training/train.ts"),
      import("../../training/dry-training.ts"),
      import("../../training/train-config.ts"),
      import("../train-progress.ts"),
      import("../train-text.ts"),
      import("../download-line.ts"),
    ]);
  const config: TrainOptions = readFlags(trainOptionsSchema, { run, ...flags });
  using progress = trainProgress({ quiet, stream: process.stderr });
  using interrupt = untilInterrupted(progress.say, "the training saves a checkpoint first.");
  const context = {
    env: process.env,
    signal: interrupt.signal,
    onNotice: quiet ? (): void => {} : progress.say,
    onEvent: progress.onEvent,
    ...(quiet ? {} : { onDownload: downloadLine(process.stderr) }),
  };
  if (dryRun) {
    const plan = await dryTraining(config, context);
    if (json) writeJson(plan);
    else writeOut(renderPlan(plan));
    return;
  }
  const record = await train(config, { ...context, onPlan: (plan) => void (quiet || json || writeOut(renderPlan(plan))) });
  if (json) writeJson(record);
  else writeOut(renderTraining(record, config.out));
  process.exitCode = record.state === "done" ? exitCodes.ok : record.state === "stopped" ? exitCodes.interrupted : exitCodes.usage;
}
