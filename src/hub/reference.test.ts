import { describe, expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { formatHubReference, isHubReference, parseHubReference } from "./reference.ts";

describe("a reference", () => {
  test.each([
    ["hf:openai/gsm8k", { repo: "openai/gsm8k" }],
    ["hf:gsm8k", { repo: "gsm8k" }],
    ["hf:openai/gsm8k/test", { repo: "openai/gsm8k", split: "test" }],
    ["hf:openai/gsm8k:main", { repo: "openai/gsm8k", config: "main" }],
    ["hf:openai/gsm8k:main/test", { repo: "openai/gsm8k", config: "main", split: "test" }],
    ["hf:gsm8k:main/test", { repo: "gsm8k", config: "main", split: "test" }],
    ["hf:openai/gsm8k@v1.0", { repo: "openai/gsm8k", revision: "v1.0" }],
    ["hf:openai/gsm8k@v1.0/test", { repo: "openai/gsm8k", revision: "v1.0", split: "test" }],
    ["hf:gsm8k@main/test", { repo: "gsm8k", revision: "main", split: "test" }],
    ["hf:openai/gsm8k@refs/convert/parquet", { repo: "openai/gsm8k", revision: "refs/convert/parquet" }],
    ["hf:openai/gsm8k@refs/convert/parquet/test", { repo: "openai/gsm8k", revision: "refs/convert/parquet", split: "test" }],
    [
      "hf:openai/gsm8k@refs/convert/parquet:main/test",
      { repo: "openai/gsm8k", revision: "refs/convert/parquet", config: "main", split: "test" },
    ],
    ["hf:a/b@refs/pr/3", { repo: "a/b", revision: "refs/pr/3" }],
    ["hf:a/b@refs/pr/3:c", { repo: "a/b", revision: "refs/pr/3", config: "c" }],
    ["hf:a/b@feature%2Fx/test", { repo: "a/b", revision: "feature/x", split: "test" }],
    ["hf:wikimedia/wikipedia:20231101.en", { repo: "wikimedia/wikipedia", config: "20231101.en" }],
    ["hf:HuggingFaceFW/fineweb-edu:sample-10BT/train", { repo: "HuggingFaceFW/fineweb-edu", config: "sample-10BT", split: "train" }],
    ["hf:HuggingFaceH4/ultrachat_200k/train_sft", { repo: "HuggingFaceH4/ultrachat_200k", split: "train_sft" }],
  ])("%s is read and written back", (text, reference) => {
    expect(parseHubReference(text)).toEqual(reference);
    expect(formatHubReference(parseHubReference(text))).toBe(text);
  });

  test("a branch with a slash before a config needs no escape, and is written with one", () => {
    const reference = parseHubReference("hf:a/b@feature/x:c/test");
    expect(reference).toEqual({ repo: "a/b", revision: "feature/x", config: "c", split: "test" });
    expect(parseHubReference(formatHubReference(reference))).toEqual(reference);
  });

  test.each([
    ["openai/gsm8k", /does not start with hf:/],
    ["hf:", /name is missing/],
    ["hf:@main", /name is missing/],
    ["hf:a/b/c/d", /"c\/d" is no name of a split/],
    ["hf:a/b/test:main", /more than two parts/],
    ["hf:../etc", /no name of a data set/],
    ["hf:a/..", /no name of a data set/],
    ["hf:a--b/c", /no name of a data set/],
    ["hf:/a", /no name of a data set/],
    ["hf:a b/c", /no name of a data set/],
    ["hf:a/b@", /no revision/],
    ["hf:a/b@../../x:c", /no revision/],
    ["hf:a/b@..%2F..%2Fx", /no revision/],
    ["hf:a/b:", /no name of a config/],
    ["hf:a/b:c:d", /./],
    ["hf:a/b/", /no name of a split/],
    ["hf:a/b/train[:10%]", /./],
    ["hf:a/b:c/train[10]", /slice; name a whole split/],
    ["hf://datasets/a/b", /say hf:a\/b/],
    ["hf:https://huggingface.co/datasets/a/b/tree/main", /say hf:a\/b/],
    ["hf:datasets/a/b", /say hf:a\/b/],
  ])("%s is refused with the grammar", (text, problem) => {
    expect(() => parseHubReference(text)).toThrow(UsageError);
    expect(() => parseHubReference(text)).toThrow(problem);
    expect(() => parseHubReference(text)).toThrow("hf:<owner>/<name>[@revision][:config][/split], for example hf:openai/gsm8k:main/test");
  });

  test("is known by its beginning", () => {
    expect(isHubReference("hf:whatever")).toBe(true);
    expect(isHubReference("rows.jsonl")).toBe(false);
  });
});
