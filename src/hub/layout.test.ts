import { describe, expect, test } from "vitest";
import { readCard } from "./card.ts";
import { chooseSplit } from "./choose-split.ts";
import { patternTest } from "./file-pattern.ts";
import { branchLayout, conversionLayout, type Layout } from "./layout.ts";

const plain = (layout: Layout): unknown =>
  Object.fromEntries(
    layout.map(({ name, splits }) => [name, Object.fromEntries([...splits].map(([split, { paths }]) => [split, paths]))] as const),
  );
const byName = async (...paths: string[]): Promise<unknown> => plain(branchLayout(paths, await readCard("")));
const byCard = async (yaml: string, ...paths: string[]): Promise<unknown> =>
  plain(branchLayout(paths, await readCard(`---\n${yaml}\n---\n# Card\n`)));

describe("files without a card", () => {
  test("shards in data/ name their splits, in natural order", async () => {
    const files = await byName(
      "README.md",
      "data/train-00010-of-00011.parquet",
      "data/train-00002-of-00011.parquet",
      "data/test_sft-00000-of-00001-8f3a.parquet",
      "extra.parquet",
    );
    expect(files).toEqual({
      default: {
        train: ["data/train-00002-of-00011.parquet", "data/train-00010-of-00011.parquet"],
        test_sft: ["data/test_sft-00000-of-00001-8f3a.parquet"],
      },
    });
  });

  test.each([
    ["train.jsonl", "train"],
    ["my-training_set.jsonl", "train"],
    ["valid.csv", "validation"],
    ["dev0.csv", "validation"],
    ["gsm8k_val.json", "validation"],
    ["evaluation.tsv", "test"],
    ["data/testing/a.jsonl.gz", "test"],
    ["en/dev/part-1.jsonl.zst", "validation"],
    ["eval-set/train.jsonl", "test"],
    ["trainer.jsonl", "train"],
    ["contest.jsonl", "train"],
    ["CapybaraPure_Decontaminated.jsonl", "train"],
    ["MetaMathQA-395K.json", "train"],
  ])("%s is %s", async (path, split) => expect(await byName(path)).toEqual({ default: { [split]: [path] } }));

  test("without the word for train, files without a word are train; with it they are left out", async () => {
    expect(await byName("rows.jsonl", "test.jsonl")).toEqual({ default: { train: ["rows.jsonl"], test: ["test.jsonl"] } });
    expect(await byName("train.jsonl", "extra.jsonl")).toEqual({ default: { train: ["train.jsonl"] } });
  });

  test("files of one kind, the most frequent, Parquet when tied; ndjson is jsonl", async () => {
    expect(await byName("a.csv", "b.csv", "c.parquet")).toEqual({ default: { train: ["a.csv", "b.csv"] } });
    expect(await byName("a.jsonl", "b.parquet")).toEqual({ default: { train: ["b.parquet"] } });
    expect(await byName("a.jsonl", "b.ndjson", "c.parquet")).toEqual({ default: { train: ["a.jsonl", "b.ndjson"] } });
  });

  test("what describes the set is no data", async () => {
    expect(
      await byName(
        "README.md",
        ".gitattributes",
        "dataset_infos.json",
        "load.py",
        "state.json",
        "dataset_dict.json",
        ".x/a.json",
        "__pycache__/a.json",
        "img.png",
      ),
    ).toEqual({});
  });
});

describe("configs of the card", () => {
  const files = ["data/train-0.jsonl", "data/train-1.jsonl", "data/test.jsonl", "en/train/a.csv", "en/test/a.csv", "all.parquet"];
  const data = ["data/train-0.jsonl", "data/train-1.jsonl"];
  test.each([
    ["a string", "configs:\n- config_name: c\n  data_files: data/train-*.jsonl", { train: data }],
    ["a folder", "configs:\n- config_name: c\n  data_files: en/train", { train: ["en/train/a.csv"] }],
    ["a list", "configs:\n- config_name: c\n  data_files: [data/train-0.jsonl, ./data/train-1.jsonl]", { train: data }],
    [
      "splits with patterns",
      'configs:\n- config_name: c\n  data_files:\n  - split: train\n    path: "data/train-[0-9].jsonl"\n  - split: heldout\n    path: ["data/te?t.jsonl"]',
      { train: data, heldout: ["data/test.jsonl"] },
    ],
    [
      "a map",
      "configs:\n- config_name: c\n  data_files:\n    train: data/train*\n    test: '**/test.jsonl'",
      { train: data, test: ["data/test.jsonl"] },
    ],
    ["data_dir", "configs:\n- config_name: c\n  data_dir: en", { train: ["en/train/a.csv"], test: ["en/test/a.csv"] }],
    ["data_dir with data_files", "configs:\n- config_name: c\n  data_dir: ./en/\n  data_files: train/*", { train: ["en/train/a.csv"] }],
  ])("%s", async (_name, yaml, splits) => expect(await byCard(yaml, ...files)).toEqual({ c: splits }));

  test("licence and rows; a single or several dataset_info; licence other", async () => {
    const one = await readCard("---\r\nlicense: mit\r\ndataset_info:\r\n  splits:\r\n  - name: train\r\n    num_examples: 7\r\n---\r\n");
    expect([one.licence, one.rowsOf("default", "train"), one.rowsOf("default", "test"), one.rowsOf("x", "train")]).toEqual([
      "mit",
      7,
      undefined,
      undefined,
    ]);
    const two = await readCard(
      "---\nlicense: [mit, apache-2.0]\ndataset_info:\n- config_name: a\n  splits:\n    train: {num_examples: 3}\n- config_name: b\n---\n",
    );
    expect([two.licence, two.rowsOf("a", "train"), two.rowsOf("b", "train")]).toEqual(["mit, apache-2.0", 3, undefined]);
    expect((await readCard("---\nlicense: other\nlicense_name: llama3\n---\n")).licence).toBe("llama3");
    expect((await readCard("---\nlicense: null\nconfigs: null\n---\n")).licence).toBeUndefined();
  });

  test.each(["---\na: [\n---\n", "---\nconfigs: 3\n---\n"])("a card that cannot be read is told and passed over: %j", async (text) => {
    const notices: string[] = [];
    const card = await readCard(text, (notice) => notices.push(notice));
    expect(card.configs).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/card cannot be read/)]);
  });

  test("hidden files are meant only by patterns that name them", () => {
    expect(patternTest("**")(".cache/a.json")).toBe(false);
    expect(patternTest(".cache/*")(".cache/a.json")).toBe(true);
    expect(patternTest("data/*")("data/x/y.csv")).toBe(false);
    expect(patternTest("a(1)+.csv")("a(1)+.csv")).toBe(true);
  });
});

describe("which config and split", () => {
  const configs = async (yaml: string): Promise<Layout> =>
    branchLayout(["a/train.csv", "a/test.csv", "b/dev.csv", "b/test.csv"], await readCard(`---\nconfigs:\n${yaml}\n---\n`));
  const a = "- {config_name: a, data_dir: a}";
  const b = "- {config_name: b, data_dir: b}";
  test.each([
    ["the only config, train", a, {}, "a/train"],
    ["a named one", `${a}\n${b}`, { config: "b", split: "test" }, "b/test"],
    ["the marked one", `${a}\n- {config_name: b, data_dir: b, default: true}`, { split: "test" }, "b/test"],
    ["the one called default", `${a}\n- {config_name: default, data_dir: b}`, { split: "test" }, "default/test"],
  ])("%s", async (_name, yaml, named, expected) => {
    const { config, split } = chooseSplit(await configs(yaml), { repo: "o/n", ...named });
    expect(`${config}/${split}`).toBe(expected);
  });

  test.each([
    ["no default config", {}, /several configs and no default. Its configs: a, b. Name one: hf:o\/n:a$/],
    ["an unknown config", { config: "c" }, /no config "c". Its configs: a, b/],
    ["no train split", { config: "b" }, /several splits and none is train. Its splits: validation, test. Name one: hf:o\/n:b\/validation$/],
    ["an unknown split", { config: "a", split: "dev" }, /no split "dev". Its splits: train, test/],
  ])("%s is refused with what there is", async (_name, named, message) => {
    const layout = await configs(`${a}\n${b}`);
    expect(() => chooseSplit(layout, { repo: "o/n", ...named })).toThrow(message);
  });

  test("the conversion's folders are configs and splits; partial ones are known", async () => {
    const layout = conversionLayout(
      ["x/train/0001.parquet", "x/train/0000.parquet", "x/partial-test/0000.parquet", ".gitattributes"],
      await readCard(""),
    );
    expect(plain(layout)).toEqual({
      x: { test: ["x/partial-test/0000.parquet"], train: ["x/train/0000.parquet", "x/train/0001.parquet"] },
    });
    expect(chooseSplit(layout, { repo: "o/n", split: "test" }).isPartial).toBe(true);
    expect(chooseSplit(layout, { repo: "o/n" }).isPartial).toBe(false);
  });
});
