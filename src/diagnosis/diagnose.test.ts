import { describe, expect, test } from "vitest";
import { startModelServer, type Served } from "../../test/fixtures/model-server.ts";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { Config } from "../config/config-schema.ts";
import { resolveConfig } from "../config/run-config.ts";
import { checkNode, checkOpenFiles } from "./check-machine.ts";
import { checkContext } from "./check-server.ts";
import { diagnose } from "./diagnose.ts";

const env = { SYSGEN_OFFLINE: "1" };
const signal = new AbortController().signal;

/** Outcomes by the check's name, of the subject at this place. */
async function outcomes(config: Config, place = 1): Promise<Record<string, string>> {
  const { subjects } = await diagnose(resolveConfig({ input: "-", ...config }), { env, signal });
  return Object.fromEntries(subjects[place]?.checks.map(({ name, outcome }) => [name, outcome]) ?? []);
}

const logprobs = {
  content: [
    {
      token: "Yes",
      logprob: -0.1,
      top_logprobs: [
        { token: "Yes", logprob: -0.1 },
        { token: "No", logprob: -2 },
      ],
    },
  ],
};

describe("the data", () => {
  test("is read by its first rows, and a file that is not there or does not fit fails", async () => {
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", [{ asked: "Q", said: "A" }]);
    const server = { model: "m", baseUrl: ["http://127.0.0.1:9/v1"] };
    const columns = { instructionColumn: "asked", responseColumn: "said" };
    expect(await outcomes({ ...server, ...columns, input })).toEqual({ rows: "ok" });
    expect(await outcomes({ ...server, ...columns, responseColumn: "answer", input })).toEqual({ rows: "failed" });
    expect(await outcomes({ ...server, input: `${input}.gone` })).toEqual({ rows: "failed" });
  });
});

describe("a server", () => {
  test("that is well is found to be, and what it bills is counted", async () => {
    await using server = await startModelServer(
      () => ({ text: "Yes", logprobs }),
      () => ({ text: "yes" }),
    );
    const found = await diagnose(resolveConfig({ input: "-", model: "m", baseUrl: [server.url], request: { top_p: 0.9 } }), {
      env,
      signal,
    });
    expect(found.subjects[1]?.checks.filter(({ outcome }) => outcome !== "ok").map(({ name }) => name)).toEqual(["constraint"]);
    expect(found.subjects[1]?.checks.every(({ outcome, cure }) => (outcome === "ok") === (cure === undefined))).toBe(true);
    expect(found.paidCalls).toBe(server.calls.length + server.probes.length);
    expect(server.calls[0]?.body["top_p"]).toBe(0.9);
  });

  test.each<[string, Served]>([
    ["key", { status: 401, body: "no" }],
    ["model", { status: 404, body: '{"error":{"message":"model m does not exist"}}' }],
    ["request", { status: 400, body: '{"error":{"message":"unknown field top_p"}}' }],
    ["server", { fault: "reset" }],
  ])("that fails for its %s is told with the cure", async (name, served) => {
    await using server = await startModelServer(() => served);
    const { subjects } = await diagnose(resolveConfig({ input: "-", model: "m", baseUrl: [server.url], request: { top_p: 1 } }), {
      env,
      signal,
    });
    const [failure] = subjects[1]?.checks.filter(({ outcome }) => outcome === "failed") ?? [];
    expect([failure?.name, failure?.cure]).toEqual([name, expect.stringMatching(/\w{3}.*\.$/)]);
  });

  test("of the judge is tried for log-probabilities and not for a constraint; a named constraint must hold", async () => {
    await using server = await startModelServer(
      () => ({ text: "Yes" }),
      () => ({ text: "yes" }),
    );
    const config: Config = { model: "m", baseUrl: [server.url], judgeModel: "j", constrain: "grammar", maxCost: 1 };
    const generator = await outcomes(config);
    expect(generator).toMatchObject({ constraint: "failed", price: "warning" });
    expect(generator["log-probabilities"]).toBeUndefined();
    const judge = await outcomes(config, 2);
    expect(judge).toMatchObject({ "log-probabilities": "warning" });
    expect(judge["constraint"]).toBeUndefined();
  });
});

test("a model in process: its engine, weights, memory and context; a setting that cannot be used fails", async () => {
  expect(Object.keys(await outcomes({}))).toEqual(["engine", "weights", "memory", "context"]);
  expect(await outcomes({ model: "/nowhere/model.gguf" })).toEqual({ settings: "failed" });
  expect(await outcomes({ request: { logit_bias: {} } })).toEqual({ settings: "failed" });
});

test("limits of the machine and of a context have three grades", () => {
  expect([checkNode("20.19.0"), checkNode("20.18.3"), checkNode("24.1.0")].map(({ outcome }) => outcome)).toEqual(["ok", "failed", "ok"]);
  expect([checkOpenFiles(undefined), checkOpenFiles(256)].map(({ outcome }) => outcome)).toEqual(["ok", "warning"]);
  const ofContext = [undefined, 8_000, 1_500, 900].map((size) => checkContext(size, 1_000, "Raise it.").outcome);
  expect(ofContext).toEqual(["ok", "ok", "warning", "failed"]);
});
