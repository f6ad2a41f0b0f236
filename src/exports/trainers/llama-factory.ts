import { baseModel, commandWithCpu, dpoBeta, page, pairsNote, scalar, settings, trainingSplit, validationSplit } from "./parts.ts";
import type { ExportFacts, ExportedSplit, Trainer } from "./trainer.ts";

/**
 * LLaMA-Factory (data/README.md, src/llamafactory/data/converter.py). OpenAI messages are read as
 * `sharegpt` with other tags. Its own formatting `openai`, the only one that reads `tool_calls`,
 * adds "detailed thinking off" to every system message, so tool calls go as ShareGPT. The `value`
 * of a `function_call` turn is `{"name", "arguments": {...}}` or a list of such objects, as JSON
 * text. User or observation turns and assistant or function_call turns must alternate there, so
 * parallel calls are one turn and their results are one `observation`.
 */
export const llamaFactory: Trainer = {
  name: "llama-factory",
  formats: ["sharegpt", "messages", "alpaca", "preference"],
  pairs: "sharegpt",
  toolFormats: ["sharegpt"],
  ending: ".jsonl",
  extraColumns: true,
  jsonText: { tools: true, arguments: false },
  configFiles: (facts) => [
    { path: "dataset_info.json", text: `${JSON.stringify(datasetInfo(facts), null, 2)}\n` },
    { path: `${methodOf(facts)}.yaml`, text: config(facts) },
  ],
  readme: (facts) =>
    page("LLaMA-Factory", facts, commandWithCpu(`llamafactory-cli train ${methodOf(facts)}.yaml`, "bf16=false use_cpu=true"), [
      "`template` must match the model: `llama3` here; `qwen3`, `gemma2`, `phi4`, `solar` and others. It lays out the rows instead of the model's own chat template; `gemma2` puts the system message before the first user message.",
      isPairs(facts) ? pairsNote : "The loss falls on every response of a conversation; `mask_history: true` leaves only the last.",
      "To use the data from another LLaMA-Factory folder, copy the entries of `dataset_info.json` into its own and the data files beside it.",
    ]),
};

function isPairs({ format }: ExportFacts): boolean {
  return format === "preference";
}

/** Its stage of training. */
function methodOf(facts: ExportFacts): "sft" | "dpo" {
  return isPairs(facts) ? "dpo" : "sft";
}

/**
 * Names of the entries. `dataset:` is a list with commas between names, so a name keeps letters,
 * digits, `.`, `_` and `-` only.
 */
function entryName({ datasetName }: ExportFacts, split: ExportedSplit | undefined, training: ExportedSplit | undefined): string {
  const name = datasetName.replaceAll(/[^\p{L}\p{N}._-]+/gu, "_");
  return split === training || split === undefined ? name : `${name}_${split.name}`;
}

function datasetInfo(facts: ExportFacts): Record<string, unknown> {
  const train = trainingSplit(facts);
  const filled = facts.splits.filter(({ rows }) => rows > 0);
  return Object.fromEntries(filled.map((split) => [entryName(facts, split, train), { file_name: split.file, ...layout(facts) }]));
}

/** A column that is named must be in the file, since the reader takes it with `example[name]`. */
function layout(facts: ExportFacts): Record<string, unknown> {
  const { format, hasSystem, hasTools, multiTurn } = facts;
  if (format === "alpaca") {
    const optional = { ...(hasSystem ? { system: "system" } : {}), ...(multiTurn ? { history: "history" } : {}) };
    return { formatting: "alpaca", columns: { prompt: "instruction", query: "input", response: "output", ...optional } };
  }
  if (format === "messages") {
    const tags = { role_tag: "role", content_tag: "content", user_tag: "user", assistant_tag: "assistant", system_tag: "system" };
    return { formatting: "sharegpt", columns: { messages: "messages" }, tags };
  }
  return {
    ...(isPairs(facts) ? { ranking: true } : {}),
    formatting: "sharegpt",
    columns: {
      messages: "conversations",
      ...(isPairs(facts) ? { chosen: "chosen", rejected: "rejected" } : {}),
      ...(hasTools ? { tools: "tools" } : {}),
    },
    tags: {
      role_tag: "from",
      content_tag: "value",
      user_tag: "human",
      assistant_tag: "gpt",
      observation_tag: "observation",
      function_tag: "function_call",
      system_tag: "system",
    },
  };
}

function config(facts: ExportFacts): string {
  const train = trainingSplit(facts);
  const validation = validationSplit(facts);
  const { learningRate, loraLearningRate, batchSize, accumulation, maxLength, warmupSteps, epochs } = settings;
  const evaluation = `eval_dataset: ${scalar(entryName(facts, validation, train))}
eval_strategy: epoch
per_device_eval_batch_size: ${batchSize}
`;
  const method = methodOf(facts);
  return `# llamafactory-cli train ${method}.yaml, started in this folder.
model_name_or_path: ${baseModel} # change: the model to train
template: llama3 # change together with the model
stage: ${method}${isPairs(facts) ? `\npref_beta: ${dpoBeta}` : ""}
do_train: true
finetuning_type: full # lora for one GPU
# lora_rank: 16
# lora_target: all
dataset_dir: "."
dataset: ${scalar(entryName(facts, train, train))}
${validation === undefined || validation === train ? "" : evaluation}cutoff_len: ${maxLength} # tokens; a longer row is cut
learning_rate: ${learningRate} # the paper's, for 8B and more; a smaller model learns more with 2e-5; with LoRA: ${loraLearningRate}
num_train_epochs: ${epochs}
per_device_train_batch_size: ${batchSize}
gradient_accumulation_steps: ${accumulation}
lr_scheduler_type: cosine
warmup_steps: ${warmupSteps}
bf16: true # needs a GPU; README.md has the command without one
seed: 42
save_strategy: epoch
output_dir: out
`;
}
