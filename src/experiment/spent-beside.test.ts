import { join } from "node:path";
import { expect, test } from "vitest";
import { startModelServer } from "../../test/fixtures/model-server.ts";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { resolveEvaluateConfig } from "../evaluation/evaluate-config.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { spentBeside } from "./spent-beside.ts";

test("a budget counts what the other evaluations of an experiment were paid for", async () => {
  await using server = await startModelServer(() => ({ text: "No comma" }));
  await using folder = await temporaryFolder();
  const at = (name: string): string => join(folder.path, "evaluations", name, "system-1");
  const config = (name: string, change: object) =>
    resolveEvaluateConfig("m", { on: "s-ifeval", out: at(name), baseUrl: server.url, concurrency: 1, ...change });
  expect(await spentBeside(at("a"), folder.path, config("a", {}))).toEqual({ calls: 0, tokens: 0, cost: 0 });
  await evaluate(config("a", { limit: 2 }), { env: {} });
  const limited = config("b", { maxCalls: 3 });
  const priced = { judge: undefined, prices: { m: { input: 10, output: 10 } } };
  const spentElsewhere = await spentBeside(at("b"), folder.path, priced);
  expect(spentElsewhere).toEqual({ calls: 2, tokens: 50, cost: 0.0005 });
  const { state, stoppedBy, benchmarks } = await evaluate({ ...limited, spentElsewhere }, { env: {} });
  expect([state, stoppedBy, benchmarks["s-ifeval"]?.items]).toEqual([
    "stopped",
    "The budget is spent (--max-calls 3: 3 calls are paid).",
    1,
  ]);
  expect(await spentBeside(at("a"), folder.path, priced)).toMatchObject({ calls: 1 });
});
