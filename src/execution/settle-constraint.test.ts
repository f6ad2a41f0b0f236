import { expect, test } from "vitest";
import { heldToJson, startModelServer, type ModelServer, type Served, type ServedCall } from "../../test/fixtures/model-server.ts";
import { contextOf, replyOf, sampleCall } from "../../test/fixtures/scripted-model.ts";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { modelChoice } from "../config/model-settings.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { runFiles } from "../runs/run-files.ts";
import { Store } from "../runs/store.ts";
import { prepareSession } from "./open-session.ts";
import { RunStop } from "./run-stop.ts";

const prose: Served = { text: "yes" };
const busy: Served = { status: 503, body: "busy", headers: { "retry-after-ms": "1" } };
const refused: Served = { status: 400, body: '{"error":{"message":"unknown field"}}' };

const serving = (probe: (call: ServedCall) => Served): Promise<ModelServer> => startModelServer(() => ({ text: "A" }), probe);
const auto = (server: ModelServer, more: object = {}): ModelChoice => modelChoice({ model: "m", baseUrl: [server.url], ...more });

/** Opens a session over a folder and closes it again. */
async function settle(folder: string, choice: ModelChoice, maxCalls?: number) {
  using stop = new RunStop(undefined);
  const store = new Store(runFiles(folder));
  const notices: string[] = [];
  const found: string[] = [];
  const paid: string[] = [];
  try {
    const prepared = await prepareSession({
      choices: [choice],
      probed: { choices: [choice], purpose: { name: "probe", rank: 0 } },
      purposes: [{ name: "generate", rank: 0 }],
      name: "run",
      maxRetries: 12,
      concurrency: 1,
      limits: { maxCalls },
      prices: {},
      stop,
      notesLoad: false,
      run: {
        env: {},
        observer: { onNotice: (text) => notices.push(text), onFound: (text) => found.push(text), onPaid: ({ phase }) => paid.push(phase) },
      },
    });
    const session = await prepared.open(store);
    const { constraintField: field } = session.settled(choice);
    const form = session.model(choice).outputForm;
    const call = session.model(choice).call(sampleCall, contextOf()).catch(String);
    const reply = maxCalls === undefined ? undefined : await call;
    await call;
    await session.close();
    return { field, form, notices, found, paid, reply };
  } finally {
    await store.settled();
    store.close();
  }
}

test("fields are tried in turn until one holds the reply; the directory notes it, and no probe is sent again", async () => {
  await using folder = await temporaryFolder();
  await using server = await serving((call) => heldToJson(call) ?? prose);
  const first = await settle(folder.path, auto(server, { request: { top_p: 0.9 } }));
  expect(first).toMatchObject({ field: "json-schema", form: "json", paid: ["probe", "probe", "generate"] });
  expect(first.found).toEqual([expect.stringContaining("holds replies to a form, by json-schema")]);
  expect(first.notices).toEqual([]);
  expect(server.probes.map(({ body }) => body["top_p"])).toEqual([0.9, 0.9]);
  expect(await settle(folder.path, auto(server))).toMatchObject({ field: "json-schema", form: "json", notices: [] });
  expect(server.probes).toHaveLength(2);
});

test("other servers of the model are probed for the form that prompts have", async () => {
  await using folder = await temporaryFolder();
  await using json = await serving((call) => heldToJson(call) ?? refused);
  await using none = await serving(() => prose);
  await settle(folder.path, auto(json));
  expect(await settle(folder.path, auto(none))).toMatchObject({ field: "none", form: "json" });
  expect(await settle(folder.path, auto(none))).toMatchObject({ field: "none", form: "json" });
  expect(none.probes.map(({ body }) => "response_format" in body)).toEqual([true]);
});

test("calls that were paid before there was a probe had no constraint, and go on without", async () => {
  await using folder = await temporaryFolder();
  await using server = await serving((call) => heldToJson(call) ?? refused);
  const store = new Store(runFiles(folder.path));
  await store.journal.put("a", { phase: "generate", model: "m", reply: replyOf("A") });
  await store.settled();
  store.close();
  expect(await settle(folder.path, auto(server))).toMatchObject({ field: "none", form: "tagged", notices: [] });
  expect(server.probes).toHaveLength(0);
});

test("a server that holds nothing, or is not well, leaves replies free, and the user is told which", async () => {
  await using one = await temporaryFolder();
  await using another = await temporaryFolder();
  await using free = await serving(() => refused);
  await using ill = await serving(() => busy);
  expect(await settle(one.path, auto(free))).toMatchObject({
    field: "none",
    notices: [expect.stringContaining("to no form (tried structured")],
  });
  expect(await settle(another.path, auto(ill))).toMatchObject({
    field: "none",
    notices: expect.arrayContaining([expect.stringContaining("could not be found out")]) as string[],
  });
});

test("a probe is paid within the budget, and an error that would stop a run is told at once", async () => {
  await using folder = await temporaryFolder();
  await using other = await temporaryFolder();
  await using server = await serving((call) => heldToJson(call) ?? refused);
  await using locked = await serving(() => ({ status: 401, body: "who are you?" }));
  expect((await settle(folder.path, auto(server), 1)).reply).toContain("--max-calls 1: 1 calls are paid");
  await expect(settle(other.path, auto(locked))).rejects.toThrow("answered 401: who are you?");
});
