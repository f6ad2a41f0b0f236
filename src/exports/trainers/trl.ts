import {
  baseModel,
  commandWithCpu,
  dpoBeta,
  page,
  pairsNote,
  scalar,
  settings,
  systemNote,
  trainingSplit,
  validationSplit,
} from "./parts.ts";
import type { ExportFacts, Trainer } from "./trainer.ts";

/**
 * Hugging Face TRL, `trl sft` (trl/scripts/sft.py). Entries of its `datasets:` list yield a `train`
 * split and no other, so the command names the folder. `datasets.load_dataset` finds the files of
 * all splits in the README's front matter. It names its cache after the last part of the path and
 * so does not take ".", hence the absolute path. Loss on assistant turns alone needs marks in the
 * chat template. TRL adds them to templates that it knows, and Llama 3.1's is not one of them (TRL
 * 1.16).
 */
export const trl: Trainer = {
  name: "trl",
  formats: ["prompt-completion", "messages", "preference"],
  toolFormats: ["prompt-completion", "messages", "preference"],
  pairs: "messages",
  ending: ".jsonl",
  extraColumns: true,
  jsonText: { tools: true, arguments: false },
  configFiles: (facts) => [{ path: `${methodOf(facts)}.yaml`, text: config(facts) }],
  readme(facts) {
    const method = methodOf(facts);
    const command = `trl ${method} --config ${method}.yaml --dataset_name "$PWD"`;
    const commands = commandWithCpu(command, "--use_cpu true --bf16 false");
    return frontMatter(facts) + page("TRL", facts, `pip install trl\n${commands}`, notes(facts));
  },
};

/** TRL's command. */
function methodOf({ format }: ExportFacts): "sft" | "dpo" {
  return format === "preference" ? "dpo" : "sft";
}

const modelWithMarks = "Qwen/Qwen2.5-7B-Instruct";

function config(facts: ExportFacts): string {
  const model = facts.format === "messages" ? modelWithMarks : baseModel;
  const validation = validationSplit(facts);
  const { learningRate, loraLearningRate, batchSize, accumulation, maxLength, warmupSteps, epochs } = settings;
  const method = methodOf(facts);
  return `# trl ${method} --config ${method}.yaml --dataset_name "$PWD", started in this folder; README.md names the file of each split.
model_name_or_path: ${model} # change: the model to train
dataset_train_split: ${scalar(trainingSplit(facts)?.name ?? "train")}
${validation === undefined ? "" : `dataset_test_split: ${scalar(validation.name)}\neval_strategy: epoch\nper_device_eval_batch_size: ${batchSize}\n`}${lossOf(facts)}
max_length: ${maxLength} # tokens; a longer row is cut
learning_rate: ${learningRate} # the paper's, for 8B and more; a smaller model learns more with 2e-5; with LoRA: ${loraLearningRate}
num_train_epochs: ${epochs}
per_device_train_batch_size: ${batchSize}
gradient_accumulation_steps: ${accumulation}
warmup_steps: ${warmupSteps}
save_strategy: epoch
seed: 42
output_dir: out
# use_peft: true # LoRA, for one GPU; needs \`pip install peft\`
# lora_r: 16
# lora_alpha: 32
# lora_target_modules: all-linear
`;
}

function lossOf({ format }: ExportFacts): string {
  if (format === "preference") return `beta: ${dpoBeta}`;
  if (format === "messages")
    return "assistant_only_loss: true # TRL must know the chat template or find generation marks in it; it does not know Llama 3.1's";
  return "completion_only_loss: true";
}

function notes(facts: ExportFacts): string[] {
  const loss =
    facts.format === "preference"
      ? pairsNote
      : facts.format === "messages"
        ? "The loss falls on every assistant turn (`assistant_only_loss`). TRL refuses this for a chat template that has no generation marks and that it does not know (Llama 3.1's, for one): export with `--format prompt-completion` then."
        : "The loss falls on the completion only: the last response of a conversation. To train on every response, export with `--format messages`.";
  const tools = facts.hasTools ? ["Tool calls need `datasets` 4.7 or newer, which keeps arguments of unlike shape apart."] : [];
  return [loss, "TRL's own default cuts rows at 1024 tokens; `max_length` here is 4096.", ...tools, ...systemNote(facts)];
}

function frontMatter({ splits }: ExportFacts): string {
  const files = splits
    .filter(({ rows }) => rows > 0)
    .map(({ name, file }) => `      - split: ${scalar(name)}\n        path: ${scalar(file)}\n`)
    .join("");
  return `---\nconfigs:\n  - config_name: default\n    data_files:\n${files}---\n\n`;
}
