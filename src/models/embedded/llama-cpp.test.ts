import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import { writeTinyGguf } from "../../../test/fixtures/tiny-gguf.ts";
import { tags } from "../../records/system-message/phrase.ts";
import { BudgetSpent } from "../spending/budget.ts";
import { llamaCpp, type LlamaCppOptions } from "./llama-cpp.ts";
import type { CallContext, Model, ModelCall, ModelReply, Question } from "../model.ts";
import { RetryBudget } from "../retry-budget.ts";

let folder: Folder;
let path: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, "tiny.gguf");
  await writeTinyGguf(path);
});
afterAll(() => folder[Symbol.asyncDispose]());

const open = (options: Partial<LlamaCppOptions> = {}): Promise<Model> => llamaCpp({ path, contextSize: 2048, ...options });
const context = (signal = new AbortController().signal): CallContext => ({
  purpose: { name: "generate", rank: 0 },
  signal,
  budget: new RetryBudget(0),
});
const call = (system: string, text: string, maxOutputTokens = 8): ModelCall => ({
  messages: [
    { role: "system", content: system },
    { role: "user", content: text },
  ],
  sampling: { temperature: 0.7, maxOutputTokens },
  attempt: 0,
  round: 0,
});
/** Each letter is a token of the tiny model. */
const instructions = "write a system message. ".repeat(20);
const prefix = instructions.length;

describe("the prefix that prompts have in common", () => {
  const one = { contexts: 1, sequences: 1, threads: 1 };

  test("is evaluated once: later calls evaluate what is their own", async () => {
    const model = await open({ settings: one });
    const replies = [];
    for (const text of ["one", "another", "a third"]) replies.push(await model.call(call(instructions, text), context()));
    const [first, ...later] = replies.map(({ usage, evaluatedTokens = NaN }) => ({ input: usage.inputTokens, evaluatedTokens }));
    expect(first?.evaluatedTokens).toBe(first?.input);
    for (const { input, evaluatedTokens } of later) expect(evaluatedTokens).toBeLessThanOrEqual(input - prefix);
    await model.close();
  });

  test("outlives calls of other kinds in between", async () => {
    const model = await open({ settings: one });
    const judge = "you judge phrases, one by one. ".repeat(10);
    for (const text of ["a", "b"]) {
      await model.call(call(instructions, text), context());
      await model.call(call(judge, text), context());
    }
    // Each call is made twice. A call that is repeated is no reason to keep its prompt.
    for (let index = 0; index < 6; index++) {
      const asked = call(`${index} is a system message of its own, and long enough`, "q");
      await model.call(asked, context());
      await model.call({ ...asked, attempt: 1 }, context());
    }
    const generated = await model.call(call(instructions, "c"), context());
    const judged = await model.call(call(judge, "c"), context());
    expect(generated.evaluatedTokens).toBeLessThanOrEqual(generated.usage.inputTokens - prefix);
    expect(judged.evaluatedTokens).toBeLessThanOrEqual(judged.usage.inputTokens - judge.length);
    await model.close();
  });

  test("is evaluated once a context also by calls that begin at once", async () => {
    const model = await open({ settings: { contexts: 2, sequences: 3, threads: 1 } });
    const replies = await Promise.all(
      Array.from({ length: 9 }, (_, index) => model.call(call(instructions, `number ${index}`, 20), context())),
    );
    const whole = replies.filter(({ evaluatedTokens = NaN, usage }) => evaluatedTokens === usage.inputTokens);
    expect(whole).toHaveLength(2);
    for (const { evaluatedTokens = NaN, usage } of replies.filter((reply) => !whole.includes(reply)))
      expect(evaluatedTokens).toBeLessThanOrEqual(usage.inputTokens - prefix);
    await model.close();
  });

  test("does not change the reply", async () => {
    const asked = call(instructions, "the same question", 30);
    const [used, fresh] = await Promise.all([open({ settings: one }), open({ settings: one })]);
    await used.call(call(instructions, "another question"), context());
    const after = await used.call(asked, context());
    const before = await fresh.call(asked, context());
    expect(after.evaluatedTokens).toBeLessThan(before.evaluatedTokens ?? 0);
    expect(after.text).toBe(before.text);
    await Promise.all([used.close(), fresh.close()]);
  });
});

describe("a call", () => {
  let model: Model;
  beforeAll(async () => {
    model = await open({ settings: { contexts: 1, sequences: 2, threads: 1 } });
  });
  afterAll(() => model.close());

  test("ends at its token limit, and says so", async () => {
    const { finishReason, usage } = await model.call(call("be brief", "go", 5), context());
    expect({ finishReason, outputTokens: usage.outputTokens }).toEqual({ finishReason: "length", outputTokens: 5 });
  });

  test("is broken off at once when the user stops, also one that waits, and the engine goes on", async () => {
    const stop = new AbortController();
    const long = Array.from({ length: 4 }, (_, index) => model.call(call("be long", `${index}`, 1900), context(stop.signal)));
    const ends = Promise.allSettled(long);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = performance.now();
    stop.abort();
    const results = await ends;
    expect(performance.now() - stopped).toBeLessThan(1_000);
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
    for (const result of results) if (result.status === "rejected") expect(result.reason).toBe(stop.signal.reason);
    expect((await model.call(call("be brief", "again"), context())).usage.outputTokens).toBeGreaterThan(0);
  });

  test("is left to end when the run stops by itself", async () => {
    const stop = new AbortController();
    const reply = model.call(call("be long", "to the end", 300), context(stop.signal));
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort(new BudgetSpent("spent"));
    expect((await reply).usage.outputTokens).toBeGreaterThan(0);
  });
});

describe("questions", () => {
  let model: Model;
  beforeAll(async () => {
    model = await open({ settings: { contexts: 1, sequences: 2, threads: 1 } });
  });
  afterAll(() => model.close());

  const asked = call(instructions, "the conversation is long enough to be worth keeping. ".repeat(4));
  const questions: readonly Question[] = [
    { text: "is it so? answer Yes or No.", labels: ["Yes", "No"] },
    { text: "what is it for? one of eight.", labels: tags },
    { text: "is it not so? answer Yes or No.", labels: ["Yes", "No"] },
  ];

  test("are answered the same alone and among others, in any order", async () => {
    const together = await model.call({ ...asked, questions }, context());
    expect(together).toMatchObject({ finishReason: "stop" });
    const alone: ModelReply[] = [];
    for (const question of questions) alone.push(await model.call({ ...asked, questions: [question] }, context()));
    expect(together.text.split("\n")).toEqual(alone.map(({ text }) => text));
    const reversed = await model.call({ ...asked, questions: questions.toReversed() }, context());
    questions.forEach(({ labels }, index) => {
      const scores = together.scores?.[index] ?? [];
      expect(scores).toHaveLength(labels.length);
      expect(scores.reduce((sum, score) => sum + Math.exp(score), 0)).toBeCloseTo(1, 3);
      expect(labels[scores.indexOf(Math.max(...scores))]).toBe(together.text.split("\n")[index]);
      for (const others of [alone[index]?.scores?.[0], reversed.scores?.[questions.length - 1 - index]])
        others?.forEach((score, label) => expect(score).toBeCloseTo(scores[label] ?? NaN, 2));
    });
  });

  test("labels that begin with the same token are told apart by the next ones", async () => {
    const labels = ["Tone", "Tools", "Tape", "Style"];
    const [first, other] = [labels, labels.toReversed()].map(async (order) => {
      const { scores, text } = await model.call({ ...asked, questions: [{ text: "what is it for?", labels: order }] }, context());
      const found = scores?.[0] ?? [];
      expect(found.reduce((sum, score) => sum + Math.exp(score), 0)).toBeCloseTo(1, 3);
      expect(text).toBe(order[found.indexOf(Math.max(...found))]);
      return new Map(order.map((label, index) => [label, found[index] ?? NaN]));
    });
    const [one, reversed] = [await first, await other];
    expect(new Set(one?.values()).size).toBe(labels.length);
    for (const label of labels) expect(reversed?.get(label)).toBeCloseTo(one?.get(label) ?? NaN, 2);
  });

  test("use and evaluate what they begin with once", async () => {
    const fresh = await open({ settings: { contexts: 1, sequences: 1, threads: 1 } });
    const inputOf = async (some: readonly Question[]): Promise<number> =>
      (await fresh.call({ ...asked, questions: some }, context())).usage.inputTokens;
    const alone: number[] = [];
    for (const question of questions) alone.push(await inputOf([question]));
    await fresh.call(call("another", "prompt"), context());
    const { usage, evaluatedTokens } = await fresh.call({ ...asked, questions }, context());
    const begins = prefix + "the conversation".length;
    expect(usage.inputTokens).toBeLessThan(alone.reduce((sum, tokens) => sum + tokens) - 2 * begins);
    expect(usage.inputTokens).toBeGreaterThan(Math.max(...alone));
    expect(usage.outputTokens).toBe(questions.length);
    expect(evaluatedTokens).toBeLessThanOrEqual(usage.inputTokens + questions.length);
    await fresh.close();
  });

  describe("with prompts of their own", () => {
    const shots = call("say what it is for. ".repeat(15), "line: ").messages;
    const lines: readonly Question[] = ["be curt.", "count the gulls.", "you are a warden."].map((text) => ({
      messages: shots,
      text,
      labels: tags,
    }));
    const [first, second, third] = questions;
    const [one, two, three] = lines;
    const all = [first, second, third, one, two, three].flatMap((question) => question ?? []);
    const mixed = [first, one, second, two, third, three].flatMap((question) => question ?? []);

    test("are answered the same in groups, one after the other and alone", async () => {
      const together = await model.call({ ...asked, questions: all }, context());
      expect(together.scores).toHaveLength(all.length);
      expect(together.text.split("\n")).toHaveLength(all.length);
      const inTurn = await model.call({ ...asked, questions: mixed }, context());
      for (const [index, question] of all.entries()) {
        const alone = await model.call({ ...asked, questions: [question] }, context());
        // A prompt of a question's own takes the place of the call's.
        const { messages = asked.messages, text, labels } = question;
        const plain = await model.call({ ...asked, messages, questions: [{ text, labels }] }, context());
        for (const others of [alone.scores?.[0], plain.scores?.[0], inTurn.scores?.[mixed.indexOf(question)]]) {
          expect(others).toHaveLength(labels.length);
          others?.forEach((score, label) => expect(score).toBeCloseTo(together.scores?.[index]?.[label] ?? NaN, 2));
        }
      }
      // The tiny model tells these prompts apart, so equal scores say something.
      expect(new Set(together.scores?.map(String)).size).toBe(all.length);
    });

    test("use and evaluate what each group begins with once", async () => {
      const fresh = await open({ settings: { contexts: 1, sequences: 2, threads: 1 } });
      const inputOf = async (some: readonly Question[]): Promise<number> =>
        (await fresh.call({ ...asked, questions: some }, context())).usage.inputTokens;
      const groups = (await inputOf(questions)) + (await inputOf(lines));
      const { usage, evaluatedTokens } = await fresh.call({ ...asked, questions: all }, context());
      expect(usage.inputTokens).toBeLessThanOrEqual(groups);
      expect(usage.inputTokens).toBeGreaterThan(groups - 50);
      // Both beginnings are still in the cache.
      expect(evaluatedTokens).toBeLessThan(usage.inputTokens - prefix);
      await fresh.close();
    });
  });

  test("leave the context fit for other calls", async () => {
    const before = await model.call(call(instructions, "say"), context());
    await model.call({ ...asked, questions }, context());
    expect((await model.call(call(instructions, "say"), context())).text).toBe(before.text);
  });

  test("of which a label begins another are refused", async () => {
    const alike = { text: "?", labels: ["Some", "Somebody"] };
    await expect(model.call({ ...asked, questions: [alike] }, context())).rejects.toThrow(
      /the tokens of the label "Some" begin another label/,
    );
  });

  test("that do not fit are an error of its own kind", async () => {
    const long = { text: "word ".repeat(3_000), labels: ["Yes", "No"] };
    await expect(model.call({ ...asked, questions: [long] }, context())).rejects.toMatchObject({ kind: "context-overflow" });
  });
});

test("fields of a request are applied: a text that ends the reply, and a choice of tokens that leaves one", async () => {
  const model = await open({ settings: { contexts: 1, sequences: 1, threads: 1 } });
  const asked = call("s", "q", 24);
  const greedy = { top_k: 1, repeat_penalty: 1 };
  const { text } = await model.call({ ...asked, request: greedy }, context());
  const other = await model.call({ ...asked, attempt: 1, request: greedy }, context());
  // The seed of another attempt changes nothing where one token is left to choose.
  expect(other.text).toBe(text);
  const stop = text.slice(4, 6);
  const stopped = await model.call({ ...asked, request: { ...greedy, stop } }, context());
  expect(stopped).toMatchObject({ text: text.slice(0, text.indexOf(stop)), finishReason: "stop" });
  const penalized = await model.call({ ...asked, request: { top_k: 1, presence_penalty: 2 } }, context());
  expect(penalized.text).not.toBe(text);
  await model.close();
});
