import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modelChoice } from "../../src/config/model-settings.ts";
import { llamaCpp } from "../../src/models/embedded/llama-cpp.ts";
import type { CallContext, Model, ModelCall } from "../../src/models/model.ts";
import { backendOf, backends } from "../../src/models/index.ts";
import { ownModel, type OwnModel } from "../../src/models/own/own-model.ts";
import { openAiCompatible } from "../../src/models/openai/openai-compatible.ts";
import { RetryBudget } from "../../src/models/retry-budget.ts";
import { taggedMessageConstraint } from "../../src/phases/prompts/tagged-message-constraint.ts";
import { parseTagged } from "../../src/records/system-message/parse.ts";
import { startModelServer, type ModelServer } from "../fixtures/model-server.ts";
import { temporaryFolder, type Folder } from "../fixtures/sysgen.ts";
import { withoutSystemRole, writeTinyGguf } from "../fixtures/tiny-gguf.ts";
import { standardTags } from "../../src/records/system-message/tag-set.ts";

const context = (): CallContext => ({
  purpose: { name: "generate", rank: 0 },
  signal: new AbortController().signal,
  budget: new RetryBudget(0),
});
const call = (text: string, more: Partial<ModelCall> = {}): ModelCall => ({
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: text },
  ],
  sampling: { temperature: 0.7, maxOutputTokens: 12 },
  attempt: 0,
  round: 0,
  ...more,
});

interface Fixture {
  /** Base URLs that mean the backend. */
  readonly baseUrls: readonly string[];
  /** An object that means the backend. */
  readonly own?: OwnModel;
  /** It tells the probabilities of labels. Default true. */
  readonly scores?: false;
  open(): Promise<Model>;
  close(): Promise<void>;
}

const own: OwnModel = {
  name: "mine",
  chat: async (messages) => ({ text: `${messages.length} messages`, usage: { inputTokens: 9, outputTokens: 2 } }),
};
let folder: Folder;
let server: ModelServer;
/** By the backend's name. */
const fixtures: Readonly<Record<string, Fixture>> = {
  openai: {
    baseUrls: ["http://127.0.0.1:9/v1"],
    open: async () => {
      server = await startModelServer(({ body }) => ({
        text: body["logprobs"] === true ? "No" : "some words",
        logprobs: {
          content: [
            {
              token: "No",
              logprob: -0.1,
              top_logprobs: [
                { token: "No", logprob: -0.1 },
                { token: "Yes", logprob: -2.4 },
              ],
            },
          ],
        },
      }));
      return openAiCompatible({ model: "m", baseUrl: server.url });
    },
    close: async () => server[Symbol.asyncDispose](),
  },
  own: { baseUrls: [], own, scores: false, open: async () => ownModel(own, 1_000), close: async () => undefined },
  embedded: {
    baseUrls: [],
    open: async () => {
      folder = await temporaryFolder();
      await writeTinyGguf(join(folder.path, "tiny.gguf"));
      return llamaCpp({ path: join(folder.path, "tiny.gguf") });
    },
    close: async () => folder[Symbol.asyncDispose](),
  },
};

test("every backend of the table has a fixture", () => {
  expect(Object.keys(fixtures).toSorted()).toEqual(backends.map(({ name }) => name).toSorted());
});

describe.each(Object.entries(fixtures))("every backend: %s", (name, fixture) => {
  let model: Model;
  beforeAll(async () => {
    model = await fixture.open();
  });
  afterAll(async () => {
    await model.close();
    await fixture.close();
  });

  test("is the one that its base URLs mean", () => {
    const choice = modelChoice({ model: "m", baseUrl: [...fixture.baseUrls] });
    expect(backendOf({ ...choice, own: fixture.own }).name).toBe(name);
  });

  test("has a name, rows to have at work and an output form", () => {
    expect(model.name).not.toBe("");
    expect(model.rowsAtOnce).toBeGreaterThan(0);
    expect(model.outputForm).toBe("tagged");
  });

  test("answers with text, finish reason and usage", async () => {
    const reply = await model.call(call("Hello there."), context());
    expect(reply.text).not.toBe("");
    expect(["stop", "length"]).toContain(reply.finishReason);
    expect(reply.usage.inputTokens).toBeGreaterThan(0);
    expect(reply.usage.outputTokens).toBeGreaterThan(0);
  });

  test.skipIf(fixture.scores === false)("answers as many questions at once as it says, with a score for each label", async () => {
    const question = { text: "\n\nIs it so?", labels: ["Yes", "No"] };
    const questions = model.questionsAtOnce === "all" ? [question, { ...question, text: "\n\nIs it not?" }] : [question];
    const reply = await model.call(call("Hello there.", { questions }), context());
    expect(reply.scores).toHaveLength(questions.length);
    const lines = reply.text.split("\n");
    reply.scores?.forEach((scores, index) => {
      expect(scores).toHaveLength(2);
      expect(scores.reduce((sum, score) => sum + Math.exp(score), 0)).toBeCloseTo(1, 3);
      expect(lines[index]).toBe(question.labels[scores.indexOf(Math.max(...scores))]);
    });
  });

  test("answers many calls at once, of several kinds", async () => {
    const kinds = ["generate", "verify", "respond"] as const;
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        model.call(call(`Number ${index}.`), { ...context(), purpose: { name: kinds[index % 3] ?? "respond", rank: index % 3 } }),
      ),
    );
    expect(replies).toHaveLength(12);
  });
});

describe("llama-cpp", () => {
  let model: Model;
  let notices: string[];
  let place: Folder;
  beforeAll(async () => {
    place = await temporaryFolder();
    notices = [];
    await writeTinyGguf(join(place.path, "tiny.gguf"), withoutSystemRole);
    model = await llamaCpp({ path: join(place.path, "tiny.gguf"), contextSize: 2048, onNotice: (text) => notices.push(text) });
  });
  afterAll(async () => {
    await model.close();
    await place[Symbol.asyncDispose]();
  });

  test("says how it uses the machine, and that a template without a system role has it folded into the first user message", () => {
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatch(/contexts? of 2048 tokens, 1 call at a time.*thread.*GB/);
    expect(notices[1]).toContain("folded into the first user message");
  });

  test("is held to the grammar of a tagged message, whatever the weights", async () => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const reply = await model.call(
        call("Write.", { constraint: taggedMessageConstraint(standardTags), attempt, sampling: { temperature: 1, maxOutputTokens: 1500 } }),
        context(),
      );
      const { phrases, faults } = parseTagged(reply.text, { repair: false, cutShort: reply.finishReason === "length" });
      expect(phrases.length).toBeGreaterThan(0);
      expect(faults.filter(({ reason }) => reason !== "unclosed")).toEqual([]);
    }
  });

  test("the same call brings the same reply, another attempt another", async () => {
    const first = await model.call(call("Say."), context());
    expect((await model.call(call("Say."), context())).text).toBe(first.text);
    expect((await model.call(call("Say.", { attempt: 1 }), context())).text).not.toBe(first.text);
  });

  test("a prompt that does not fit is an error of its own kind", async () => {
    await expect(model.call(call("word ".repeat(5_000)), context())).rejects.toMatchObject({ kind: "context-overflow", retryable: false });
  });

  test("a file that is no model is a sentence", async () => {
    const path = await place.file("broken.gguf", "not a model");
    await expect(llamaCpp({ path })).rejects.toThrow(/Cannot load .*broken\.gguf/);
  });
});
