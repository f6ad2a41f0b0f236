import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { formatByName } from "../../datasets/formats/index.ts";
import { UsageError } from "../../errors.ts";
import { formatFor, trainerByName, trainers } from "./index.ts";
import { scalar, shellWord } from "./parts.ts";
import type { ExportFacts, Trainer } from "./trainer.ts";

const train = { name: "train", file: "my train: 1.jsonl", rows: 95 };
const validation = { name: "validation", file: "validation.jsonl", rows: 5 };
const facts = (trainer: Trainer, more: Partial<ExportFacts> = {}): ExportFacts => ({
  datasetName: "my set, first",
  format: trainer.formats[0],
  splits: [train, validation],
  hasTools: false,
  hasSystem: true,
  multiTurn: true,
  ...more,
});
/** The configuration files, parsed. PyYAML reads YAML 1.1. */
const filesOf = (trainer: Trainer, more: Partial<ExportFacts> = {}): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    trainer.configFiles(facts(trainer, more)).map(({ path, text }) => [path, parse(text, { version: "1.1" }) as Record<string, unknown>]),
  );
const every = trainers.flatMap((trainer) => trainer.formats.map((format) => [trainer.name, format] as const));
const paper = { learning_rate: 1e-6, warmup_steps: 10 };

describe.each(every)("%s, %s", (name, format) => {
  const trainer = trainerByName(name);
  test("is a format of this program; files and README parse and name each data file", () => {
    expect(formatByName(format).name).toBe(format);
    for (const { path, text } of trainer.configFiles(facts(trainer, { format }))) {
      expect(path).toMatch(/^[\w.]+$/);
      expect(parse(text, { version: "1.1", strict: true })).toBeTypeOf("object");
      expect(text).not.toContain("undefined");
    }
    const readme = trainer.readme(facts(trainer, { format }));
    expect(readme).not.toContain("undefined");
    for (const { file } of [train, validation]) expect(readme).toContain(file);
  });
  test("an empty split and a split of another name are not evaluated", () => {
    const whole = JSON.stringify(filesOf(trainer, { format, splits: [train, { ...validation, rows: 0 }] }));
    expect(whole).not.toMatch(/validation|"eval_strategy"|test_datasets/);
    expect(whole).toBe(JSON.stringify(filesOf(trainer, { format, splits: [train] })));
  });
});

describe("trl", () => {
  const trl = trainerByName("trl");
  test("the command names the folder, and the README's front matter the files", () => {
    expect(filesOf(trl)["sft.yaml"]).toMatchObject({
      ...paper,
      dataset_train_split: "train",
      dataset_test_split: "validation",
      eval_strategy: "epoch",
      completion_only_loss: true,
      max_length: 4096,
      per_device_train_batch_size: 4,
      gradient_accumulation_steps: 2,
      num_train_epochs: 3,
    });
    expect(trl.readme(facts(trl))).toContain('--dataset_name "$PWD"');
    const [, front] = trl.readme(facts(trl)).split("---\n");
    expect(parse(front ?? "")).toEqual({
      configs: [
        {
          config_name: "default",
          data_files: [
            { split: "train", path: train.file },
            { split: "validation", path: validation.file },
          ],
        },
      ],
    });
  });
  test("trains on assistant turns of messages, with a model whose template TRL knows", () => {
    expect(filesOf(trl, { format: "messages" })["sft.yaml"]).toMatchObject({
      assistant_only_loss: true,
      model_name_or_path: "Qwen/Qwen2.5-7B-Instruct",
    });
  });
});

describe("axolotl", () => {
  const axolotl = trainerByName("axolotl");
  const entry = { path: train.file, ds_type: "json", type: "chat_template", roles_to_train: ["assistant"] };
  test("messages", () => {
    const config = filesOf(axolotl)["axolotl.yaml"];
    expect(config).toMatchObject({ ...paper, datasets: [{ ...entry, field_messages: "messages" }], val_set_size: 0, sequence_len: 4096 });
    expect(config?.["test_datasets"]).toMatchObject([{ ...entry, path: validation.file, split: "train" }]);
  });
  test("sharegpt", () => {
    const turns = { field_messages: "conversations", message_property_mappings: { role: "from", content: "value" } };
    expect(filesOf(axolotl, { format: "sharegpt" })["axolotl.yaml"]).toMatchObject({ datasets: [{ ...entry, ...turns }] });
  });
});

describe("llama-factory", () => {
  const llamaFactory = trainerByName("llama-factory");
  const info = (more: Partial<ExportFacts>): unknown => filesOf(llamaFactory, more)["dataset_info.json"]?.["my_set_first"];
  test("entries and settings name each other", () => {
    const files = filesOf(llamaFactory);
    expect(files["sft.yaml"]).toMatchObject({
      ...paper,
      dataset_dir: ".",
      dataset: "my_set_first",
      eval_dataset: "my_set_first_validation",
      template: "llama3",
      cutoff_len: 4096,
    });
    expect(files["dataset_info.json"]).toMatchObject({
      my_set_first: { file_name: train.file },
      my_set_first_validation: { file_name: validation.file },
    });
  });
  test("sharegpt", () => {
    expect(info({ hasTools: true })).toMatchObject({
      formatting: "sharegpt",
      columns: { messages: "conversations", tools: "tools" },
      tags: { role_tag: "from", function_tag: "function_call", observation_tag: "observation" },
    });
    expect(info({})).toMatchObject({ columns: { messages: "conversations" } });
  });
  test("messages", () => {
    expect(info({ format: "messages" })).toMatchObject({ formatting: "sharegpt", tags: { role_tag: "role", user_tag: "user" } });
  });
  test("alpaca names only columns that are there", () => {
    const columns = { prompt: "instruction", query: "input", response: "output" };
    expect(info({ format: "alpaca" })).toMatchObject({ columns: { ...columns, system: "system", history: "history" } });
    expect(info({ format: "alpaca", hasSystem: false, multiTurn: false })).toEqual({
      file_name: train.file,
      formatting: "alpaca",
      columns,
    });
  });
});

test("trainers whose settings want a GPU have another command without one, which axolotl's need not", () => {
  const commandsOf = (name: string, format: string): string[] => {
    const trainer = trainerByName(name);
    return [...trainer.readme(facts(trainer, { format })).matchAll(/^# without a GPU:\n(.+)$/gm)].map(([, command = ""]) => command);
  };
  const dataset = '--dataset_name "$PWD"';
  expect(commandsOf("trl", "messages")).toEqual([`trl sft --config sft.yaml ${dataset} --use_cpu true --bf16 false`]);
  expect(commandsOf("trl", "preference")).toEqual([`trl dpo --config dpo.yaml ${dataset} --use_cpu true --bf16 false`]);
  expect(commandsOf("llama-factory", "sharegpt")).toEqual(["llamafactory-cli train sft.yaml bf16=false use_cpu=true"]);
  expect(commandsOf("llama-factory", "preference")).toEqual(["llamafactory-cli train dpo.yaml bf16=false use_cpu=true"]);
  // Axolotl takes fp16 where bf16 is `auto` and there is none, and a CPU cannot.
  expect(filesOf(trainerByName("axolotl"))["axolotl.yaml"]).toMatchObject({ bf16: "auto", fp16: false });
});

test("openai needs no file and tells the two calls", () => {
  const openai = trainerByName("openai");
  expect(openai.configFiles(facts(openai))).toEqual([]);
  const readme = openai.readme(facts(openai));
  expect(readme).toContain("-F 'file=@my train: 1.jsonl'");
  expect(readme).toContain('"validation_file":"VALIDATION_FILE_ID"');
  expect(openai.readme(facts(openai, { splits: [train] }))).not.toContain('VALIDATION_FILE_ID",');
});

test("an unknown trainer names the known ones", () => {
  expect(() => trainerByName("torchtune")).toThrow(UsageError);
  expect(() => trainerByName("torchtune")).toThrow("trl, axolotl, llama-factory, openai");
});

test("formatFor picks a format, one that keeps tool calls where there are some", () => {
  expect(formatFor(trainerByName("trl"), undefined, false)).toBe("prompt-completion");
  expect(formatFor(trainerByName("llama-factory"), "messages", false)).toBe("messages");
  expect(formatFor(trainerByName("llama-factory"), undefined, true)).toBe("sharegpt");
  expect(() => formatFor(trainerByName("llama-factory"), "messages", true)).toThrow("sharegpt");
  expect(() => formatFor(trainerByName("openai"), "alpaca", false)).toThrow(UsageError);
});

test.each(["no", "1e3", "a: b", "# x", "", "it's", "ünï", "2024-01-01", "true", "a\nb"])("scalar %j is read as itself", (text) => {
  expect(parse(`key: ${scalar(text)} # comment`, { version: "1.1" })).toEqual({ key: text });
});

test("a word of the shell is quoted where it must be", () => {
  expect([shellWord("a=b.jsonl"), shellWord("it's $x")]).toEqual(["a=b.jsonl", "'it'\\''s $x'"]);
});
