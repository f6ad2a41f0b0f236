import { describe, expect, test } from "vitest";
import { contextOf, sampleCall } from "../../test/fixtures/scripted-model.ts";
import { startModelServer, type Served } from "../../test/fixtures/model-server.ts";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { modelChoice } from "../config/model-settings.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import type { ModelCall } from "../models/model.ts";
import type { JournalEntry } from "../models/with-journal.ts";
import { runFiles } from "../runs/run-files.ts";
import { Store } from "../runs/store.ts";
import { prepareSession, type Session } from "./open-session.ts";
import { RunStop } from "./run-stop.ts";

const answer = (): Served => ({ text: "A" });
const busy = (): Served => ({ status: 500, body: "busy" });
const callOf = (content: string): ModelCall => ({ ...sampleCall, messages: [{ role: "user", content }] });
const on = (...baseUrls: string[]): ModelChoice => modelChoice({ model: "m", baseUrl: baseUrls });

/** A session for calls of the purpose `generate`, over the journal of a folder. */
async function open(folder: string, choices: readonly ModelChoice[], { maxCalls }: { readonly maxCalls?: number } = {}) {
  const store = new Store(runFiles(folder));
  const stop = new RunStop(undefined);
  const paid: JournalEntry[] = [];
  const prepared = await prepareSession({
    choices,
    purposes: [{ name: "generate", rank: 0 }],
    concurrency: 1,
    name: "run",
    maxRetries: 12,
    limits: { maxCalls },
    prices: {},
    stop,
    notesLoad: false,
    run: { env: {}, observer: { onPaid: (entry) => paid.push(entry) } },
  });
  const session: Session = await prepared.open(store);
  return {
    session,
    store,
    stop,
    paid,
    async [Symbol.asyncDispose]() {
      stop[Symbol.dispose]();
      await session.close();
      await store.settled();
      store.close();
    },
  };
}

test("a model in process costs nothing, and one of its name on a server has no price by that", async () => {
  const prepare = (...choices: ModelChoice[]) =>
    prepareSession({
      choices,
      purposes: [],
      concurrency: 1,
      maxRetries: 0,
      limits: { maxCost: 1 },
      prices: { m: { input: 1, output: 1 } },
      stop: new RunStop(undefined),
      notesLoad: false,
      run: { env: {} },
    });
  const local = modelChoice({ model: "smollm2-135m" });
  await prepare(local, on("http://127.0.0.1:1/v1"));
  const served = { ...local, baseUrls: ["http://127.0.0.1:1/v1"] };
  await expect(prepare(local, served)).rejects.toThrow(/the price of smollm2-135m.* is not known/);
});

describe("a call of a session", () => {
  test("that is asked twice at the same time is sent, kept and told once", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(answer);
    const choice = on(server.url);
    await using opened = await open(folder.path, [choice, choice]);
    const model = opened.session.model(choice);
    await Promise.all([model.call(sampleCall, contextOf()), model.call(sampleCall, contextOf())]);
    await model.call(sampleCall, contextOf());
    expect([server.calls.length, opened.paid.length, opened.store.journal.countPaid()[0]?.calls]).toEqual([1, 1, 1]);
  });

  test("that moves to another server, or is asked again, is kept and told once", async () => {
    await using folder = await temporaryFolder();
    await using broken = await startModelServer(busy);
    await using slow = await startModelServer(({ index }) => (index === 0 ? busy() : answer()));
    const choice = on(broken.url, slow.url);
    await using opened = await open(folder.path, [choice]);
    expect((await opened.session.model(choice).call(sampleCall, contextOf())).text).toBe("A");
    expect([opened.paid.length, opened.store.journal.countPaid()[0]?.calls]).toEqual([1, 1]);
  });

  test("whose reply cannot be kept fails, is not told, and no waiting call is sent", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(answer);
    const choice = on(server.url);
    await using opened = await open(folder.path, [choice]);
    opened.store.journal.put = () => Promise.reject(new Error("the disk is full"));
    const model = opened.session.model(choice);
    const calls = ["a", "b", "c"].map((content) => model.call(callOf(content), contextOf()));
    const ends = await Promise.allSettled(calls);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await expect(model.call(callOf("d"), contextOf())).rejects.toThrow("the disk is full");
    expect([server.calls.length, opened.paid.length]).toEqual([1, 0]);
  });
});

test("calls of other purposes that a journal holds leave a session's budget whole; its own do not", async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(answer);
  const choice = on(server.url);
  {
    await using first = await open(folder.path, [choice]);
    const model = first.session.model(choice);
    await model.call(callOf("a"), { ...contextOf(), purpose: { name: "judge-pair", rank: 0 } });
    await model.call(callOf("b"), contextOf());
  }
  await using second = await open(folder.path, [choice], { maxCalls: 2 });
  const model = second.session.model(choice);
  await model.call(callOf("b"), contextOf());
  await model.call(callOf("c"), contextOf());
  await expect(model.call(callOf("d"), contextOf())).rejects.toThrow("--max-calls 2: 2 calls are paid");
  expect(second.stop.state).toBe("stopped");
  expect(server.calls.length).toBe(3);
});
