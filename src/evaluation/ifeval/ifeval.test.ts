import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { askerOf, loadFrom } from "../../../test/fixtures/scripted-asker.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import type { Row } from "../../records/row.ts";
import { ifeval } from "./ifeval.ts";
import { ifevalItems, shippedItems, type IfevalItem, type Placement } from "./items.ts";
import { scoreResponse } from "./scores.ts";

/** A row as google/IFEval has it on the hub. All settings are there, most of them null. */
const row = {
  key: 7,
  prompt: "Write a poem in 3 words or more. No commas.",
  instruction_id_list: ["length_constraints:number_words", "punctuation:no_comma"],
  kwargs: [
    { num_words: 3, relation: "at least", keywords: null, letter: null },
    { num_words: null, relation: null, keywords: null, letter: null },
  ],
};

function itemsOf(values: readonly unknown[], placement: Placement = "user"): IfevalItem[] {
  const rows = values.map((value, index): Row => ({ line: index + 1, raw: "", value }));
  return ifevalItems(rows, "rows.jsonl", placement);
}

describe("rows", () => {
  test("a row of the hub is a prompt of the user with its instructions", () => {
    expect(itemsOf([row])).toMatchObject([
      {
        id: "7",
        messages: [{ role: "user", content: row.prompt }],
        instructions: [{ id: "length_constraints:number_words" }, { id: "punctuation:no_comma" }],
      },
    ]);
  });

  test.each<[string, readonly unknown[], Placement, RegExp]>([
    ["another form", [{ prompt: "x" }], "user", /^rows\.jsonl:1: this is no row of IFEval: .*key/s],
    [
      "an unknown instruction",
      [{ ...row, instruction_id_list: ["a:b", "punctuation:no_comma"] }],
      "user",
      /"a:b" is no instruction of IFEval, which are change_case:/,
    ],
    ["a missing setting", [{ ...row, kwargs: [{ num_words: 3 }, {}] }], "user", /kwargs of "length_constraints:number_words" .*relation/s],
    ["too few settings", [{ ...row, kwargs: [{}] }], "user", /there are 1 for 2/],
    ["a key twice", [row, row], "user", /^rows\.jsonl:2: an earlier row has the key 7/],
    ["no system message", [row], "system", /^rows\.jsonl:1: S-IFEval needs "messages"/],
  ])("with %s are refused by their line", (_, values, placement, message) => {
    expect(() => itemsOf(values, placement)).toThrow(message);
  });

  test("the package has S-IFEval, with the same ids in both placements", () => {
    const system = shippedItems("system");
    const user = shippedItems("user");
    expect(system).toHaveLength(541);
    expect(system.flatMap(({ instructions }) => instructions)).toHaveLength(834);
    expect(new Set(system.map(({ messages }) => messages.map(({ role }) => role).join()))).toEqual(new Set(["system,user"]));
    expect(user.map(({ id }) => id)).toEqual(system.map(({ id }) => id));
    expect(user[0]?.messages.map(({ role }) => role)).toEqual(["user"]);
  });
});

describe("scores", () => {
  const [item] = itemsOf([row]);
  if (item === undefined) throw new Error("no item");

  test.each<[string, string, boolean[], boolean[]]>([
    ["both followed", "One two three", [true, true], [true, true]],
    ["an introduction with a comma", "Sure, here:\nOne two three", [true, false], [true, true]],
    ["a closing line with a comma", "One two three\nEnjoy, friend", [true, false], [true, true]],
    ["asterisks", "*o*n*e two", [true, true], [true, true]],
    ["nothing", " \n", [false, false], [false, false]],
  ])("%s", (_, response, strict, loose) => {
    const score = scoreResponse(item, response);
    expect(score.instructions.map((each) => each.strict)).toEqual(strict);
    expect(score.instructions.map((each) => each.loose)).toEqual(loose);
    expect(score).toMatchObject({ strict: !strict.includes(false), loose: !loose.includes(false) });
  });

  test("become figures over prompts, instructions and each kind of instruction", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "rows.jsonl");
    const responses = ["One two three", "Sure, here:\nOne two three", "one", ""];
    await writeFile(path, responses.map((prompt, key) => JSON.stringify({ ...row, key, prompt })).join("\n"));
    const { walks, figures } = await ifeval.load(loadFrom(path));
    const asker = askerOf({ answer: ([user]) => user?.content ?? "", judge: () => "" });
    const scored = await Promise.all(walks.map(({ take }) => take(asker)));
    expect(scored[1]).toMatchObject({ id: "1", scores: { "prompt-strict": 0, "prompt-loose": 1, "instruction-strict": 0.5 } });
    const all = figures(scored, { draws: 100, seed: 0 });
    expect(all.map(({ name, value, items }) => [name, value, items])).toEqual([
      ["prompt-strict", 1 / 4, 4],
      ["instruction-strict", 4 / 8, 4],
      ["prompt-loose", 2 / 4, 4],
      ["instruction-loose", 5 / 8, 4],
      ["strict:length_constraints:number_words", 2 / 4, 4],
      ["strict:punctuation:no_comma", 2 / 4, 4],
    ]);
    // Wilson's interval of one in four.
    expect(all[0]?.low).toBeCloseTo(0.0456, 4);
    expect(all[0]?.high).toBeCloseTo(0.6994, 4);
  });

  test("of no prompts are null", async () => {
    const { figures } = await ifeval.load({ ...loadFrom(""), data: undefined });
    expect(figures([], { draws: 100, seed: 0 })[0]).toMatchObject({ name: "prompt-strict", value: null, items: 0 });
  });
});
