import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readVerdicts, verdictConstraint } from "../../src/evaluation/sysbench/verdict-question.ts";
import { llamaCpp } from "../../src/models/embedded/llama-cpp.ts";
import type { CallContext, Model, ModelCall, OutputConstraint } from "../../src/models/model.ts";
import { RetryBudget } from "../../src/models/retry-budget.ts";
import { longestPhrase, taggedMessageConstraint, writingOrder } from "../../src/phases/prompts/tagged-message-constraint.ts";
import { parseTagged } from "../../src/records/system-message/parse.ts";
import { temporaryFolder, type Folder } from "../fixtures/sysgen.ts";
import { writeTinyGguf } from "../fixtures/tiny-gguf.ts";
import { standardTags, tagSet } from "../../src/records/system-message/tag-set.ts";

// What random weights write under the grammars. No model is further from the form.
// SYSGEN_GENERATIONS=1000 makes more texts than the default of 12.
const generations = Number(process.env["SYSGEN_GENERATIONS"] ?? 12);

let folder: Folder;
let model: Model;
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeTinyGguf(join(folder.path, "tiny.gguf"));
  model = await llamaCpp({ path: join(folder.path, "tiny.gguf") });
});
afterAll(async () => {
  await model.close();
  await folder[Symbol.asyncDispose]();
});

async function generate(index: number, constraint: OutputConstraint): Promise<string> {
  const call: ModelCall = {
    messages: [{ role: "user", content: `Write number ${index}.` }],
    // In this model a letter is one token, and other characters are up to four tokens.
    sampling: { temperature: 1, maxOutputTokens: 4_000 },
    constraint,
    attempt: 0,
    round: 0,
  };
  const context: CallContext = { purpose: { name: "generate", rank: 0 }, signal: new AbortController().signal, budget: new RetryBudget(0) };
  const reply = await model.call(call, context);
  expect(reply.finishReason).toBe("stop");
  return reply.text;
}

const all = <T>(make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: generations }, (_, index) => make(index)));

test(
  `${generations} system messages: known tags in the order of writing, each at most twice, of 8 to 260 characters, whole sentences, no tag inside`,
  { timeout: 3_600_000 },
  async () => {
    const texts = await all((index) => generate(index, taggedMessageConstraint(standardTags)));
    for (const text of texts) {
      const { phrases, faults } = parseTagged(text, { repair: false, cutShort: false });
      expect(faults, text).toEqual([]);
      expect(phrases.length, text).toBeGreaterThan(0);
      const written = phrases.map(({ tag }) => tag);
      expect(written).toEqual(writingOrder(standardTags).flatMap((tag) => written.filter((other) => other === tag).slice(0, 2)));
      for (const phrase of phrases) expect(phrase.text).toMatch(/^[^<>]*[.!?…。！？।؟]$/u);
      // The engine counts the bytes of a broken character differently from how the text shows it,
      // so such texts have no upper limit here.
      for (const [, written = ""] of text.matchAll(/<<\w+>>(.*?)<<\/\w+>>/gu)) {
        expect([...written].length).toBeGreaterThanOrEqual(8);
        if (!written.includes("\uFFFD")) expect([...written].length).toBeLessThanOrEqual(longestPhrase);
      }
    }
    expect(new Set(texts).size).toBe(generations);
  },
);

test("verdicts of a turn: JSON with a reason and yes or no for each criterion", { timeout: 3_600_000 }, async () => {
  const criteria = ["1", "2"].map((key) => ({ key, text: "C", type: "" }));
  for (const text of await all((index) => generate(index, verdictConstraint(criteria))))
    expect(readVerdicts(text, criteria)?.verdicts, text).toHaveLength(2);
});

test("system messages with tags of one's own, also such as are named as rules of the grammar are", { timeout: 3_600_000 }, async () => {
  const meaning = "what it is for";
  const tags = tagSet({ names: ["Root", "Format", "Text"], own: ["Root", "Text"].map((name) => ({ name, meaning })) });
  const texts = await Promise.all([0, 1, 2].map((index) => generate(index, taggedMessageConstraint(tags))));
  for (const text of texts) {
    const { phrases, faults } = parseTagged(text, { repair: false, cutShort: false, tags });
    expect([faults, phrases.length > 0], text).toEqual([[], true]);
  }
});
