import { page, scalar, settings, shellWord, systemNote, trainingSplit, validationSplit } from "./parts.ts";
import type { ExportFacts, Trainer } from "./trainer.ts";

/**
 * torchtune 0.6 (torchtune/datasets/_chat.py), whose development ended in 2025. It reads role and
 * text of a message and nothing else. A tool call is lost, and its null content takes the text of
 * the message before it.
 */
export const torchtune: Trainer = {
  name: "torchtune",
  formats: ["messages", "sharegpt"],
  toolFormats: [],
  ending: ".jsonl",
  extraColumns: true,
  jsonText: { tools: true, arguments: true },
  configFiles: (facts) => [{ path: "dataset.yaml", text: config(facts) }],
  readme(facts) {
    const overrides = Object.entries(dataset(facts, trainingSplit(facts)?.file ?? "train.jsonl"));
    const validation = validationSplit(facts);
    const commands = [
      "tune download meta-llama/Meta-Llama-3.1-8B-Instruct --output-dir /tmp/Meta-Llama-3.1-8B-Instruct",
      "tune run lora_finetune_single_device --config llama3_1/8B_lora_single_device \\",
      `  tokenizer.max_seq_len=${settings.maxLength} epochs=${settings.epochs} batch_size=${settings.batchSize} gradient_accumulation_steps=${settings.accumulation} \\`,
      `  ${overrides.map(([key, value]) => shellWord(`dataset.${key}=${value}`)).join(" ")}`,
    ];
    return page("torchtune", facts, commands.join("\n"), [
      "For a config file of your own (`tune cp`), put `dataset.yaml` in the place of its `dataset:` section.",
      "The loss falls on every assistant turn.",
      ...(validation === undefined ? [] : ["Recipes with `run_val_every_n_steps` read `dataset_val:` for the validation split."]),
      ...systemNote(facts),
    ]);
  },
};

function dataset({ format }: ExportFacts, file: string): Record<string, string> {
  const sharegpt = format === "sharegpt";
  return {
    _component_: "torchtune.datasets.chat_dataset",
    source: "json",
    data_files: file,
    split: "train",
    conversation_column: sharegpt ? "conversations" : "messages",
    conversation_style: sharegpt ? "sharegpt" : "openai",
    train_on_input: "false",
  };
}

function config(facts: ExportFacts): string {
  const section = (key: string, file: string): string => {
    const { train_on_input: onInput, ...texts } = dataset(facts, file);
    const lines = Object.entries(texts).map(([name, value]) => `  ${name}: ${scalar(value)}\n`);
    return `${key}:\n${lines.join("")}  train_on_input: ${onInput}\n  packed: false\n`;
  };
  const validation = validationSplit(facts);
  return `# The data section of a torchtune config file. A lone file's rows are its split "train".
${section("dataset", trainingSplit(facts)?.file ?? "train.jsonl")}${validation === undefined ? "" : section("dataset_val", validation.file)}`;
}
