import { baseModel, page, scalar, settings, systemNote, trainingSplit, validationSplit } from "./parts.ts";
import type { ExportFacts, ExportedSplit, Trainer } from "./trainer.ts";

/**
 * Axolotl (docs/dataset-formats/conversation.qmd). ShareGPT turns are read through
 * `message_property_mappings`. A turn from `function_call` would reach the chat template as a role
 * of that name, so tool calls go as `messages`. Tools and arguments may be JSON text, since
 * `ChatTemplateStrategy` parses both.
 */
export const axolotl: Trainer = {
  name: "axolotl",
  formats: ["messages", "sharegpt"],
  toolFormats: ["messages"],
  ending: ".jsonl",
  extraColumns: true,
  jsonText: { tools: true, arguments: true },
  configFiles: (facts) => [{ path: "axolotl.yaml", text: config(facts) }],
  readme: (facts) =>
    page("Axolotl", facts, "axolotl preprocess axolotl.yaml\naxolotl train axolotl.yaml", [
      "The loss falls on every assistant turn (`roles_to_train`), in the layout of the model's own chat template (`tokenizer_default`).",
      "A base model without a chat template needs `chat_template: chatml` or another by name.",
      "Without a GPU the same commands train in float32.",
      ...systemNote(facts),
    ]),
};

function config(facts: ExportFacts): string {
  const train = trainingSplit(facts);
  const validation = validationSplit(facts);
  const { learningRate, loraLearningRate, batchSize, accumulation, maxLength, warmupSteps, epochs } = settings;
  return `# axolotl train axolotl.yaml, started in this folder.
base_model: ${baseModel} # change: the model to train
chat_template: tokenizer_default
datasets:
${entry(train?.file ?? "train.jsonl", facts)}
${validation === undefined ? "" : `test_datasets:\n${validationEntry(validation, facts)}\nevals_per_epoch: 1\n`}val_set_size: 0 # no rows are taken out of the training file
sequence_len: ${maxLength} # tokens; a longer row is dropped
sample_packing: false
learning_rate: ${learningRate} # the paper's, for 8B and more; a smaller model learns more with 2e-5; with LoRA: ${loraLearningRate}
lr_scheduler: cosine
optimizer: adamw_torch_fused
num_epochs: ${epochs}
micro_batch_size: ${batchSize}
gradient_accumulation_steps: ${accumulation}
warmup_steps: ${warmupSteps}
saves_per_epoch: 1
bf16: auto
fp16: false # float32 where there is no bfloat16, as without a GPU
gradient_checkpointing: true
seed: 42
output_dir: out
special_tokens:
  pad_token: <|finetune_right_pad_id|> # Llama 3.1's; leave out for a tokenizer that has a padding token
# adapter: lora # for one GPU
# lora_r: 16
# lora_alpha: 32
# lora_target_linear: true
`;
}

function entry(file: string, { format }: ExportFacts): string {
  const turns =
    format === "sharegpt"
      ? `    field_messages: conversations
    message_property_mappings:
      role: from
      content: value
`
      : "    field_messages: messages\n";
  return `  - path: ${scalar(file)}
    ds_type: json
    type: chat_template
${turns}    roles_to_train: [assistant]
    train_on_eos: turn`;
}

function validationEntry({ file }: ExportedSplit, facts: ExportFacts): string {
  return `${entry(file, facts)}\n    split: train # what a loader calls the rows of a lone file`;
}
