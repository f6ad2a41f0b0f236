import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectOnlineBytes, runInBatches as run } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { completion, wellBehaved, type ServedCall } from "../../../test/fixtures/model-server.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";

describe("a run in batches", () => {
  test("has the bytes of a run online, in three waves, without a call online", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    const summary = await run(folder, server, 200);
    expect(summary).toMatchObject({ state: "finished", rows: { done: 200 } });
    expect(server.answered).toEqual({ online: 0, batch: 600 });
    expect(server.batches).toEqual([200, 200, 200]);
    expect(existsSync(join(folder.path, "run", "batches", "0001.in.jsonl"))).toBe(false);
    await expectOnlineBytes(folder, server, 200);
    expect(server.answered.online).toBe(600);
  });

  test("of the preset standard asks for the judge's line together with the first verdicts", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    const settings = { preset: "standard" as const, constrain: "none" as const };
    expect(await run(folder, server, 30, settings)).toMatchObject({ state: "finished", rows: { done: 30 } });
    expect(server.batches.length).toBeLessThanOrEqual(4);
    await expectOnlineBytes(folder, server, 30, settings);
  });

  test("whose batches all expire goes on with the rest, and pays nothing twice", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ expireAfter: 30 });
    const summary = await run(folder, server, 50);
    expect(summary.rows.done).toBe(50);
    expect([server.paidTwice(), server.answered.batch]).toEqual([0, 150]);
    expect(server.batches.slice(0, 2)).toEqual([50, 50]);
    expect(summary.notices).toContain("Batch 1 is expired with 30 of its 50 calls. The other 20 go into the next wave.");
    await expectOnlineBytes(folder, server, 50);
  });

  test("survives output that is shuffled, doubled, foreign, torn or missing", async () => {
    await using folder = await temporaryFolder();
    const foreign = JSON.stringify({ custom_id: "x".repeat(43), response: { status_code: 200, body: {} } });
    let dropped = 0;
    await using server = await startBatchServer({
      output: (lines) => {
        const missing = dropped++ === 0 ? lines.slice(1) : lines;
        return [...missing.toReversed(), ...missing.slice(0, 3), foreign, "", "no JSON", (lines[0] ?? "").slice(0, 60)];
      },
    });
    const summary = await run(folder, server, 20);
    expect(summary.rows.done).toBe(20);
    // The call whose line was missing is asked again.
    expect(server.paidTwice()).toBe(1);
    expect(summary.notices).toContain("lines of its output left out, as no answer to a call of it");
    await expectOnlineBytes(folder, server, 20);
  });

  test("takes errors of lines as online: learns a dialect, asks again, drops what is too long", async () => {
    await using folder = await temporaryFolder();
    const busy = new Set<string>();
    const serve = (call: ServedCall) => {
      const { body } = call;
      if (body["max_completion_tokens"] === undefined)
        return {
          status: 400,
          body: '{"error":{"message":"Unsupported parameter: max_tokens. Use max_completion_tokens instead.","param":"max_tokens"}}',
        };
      const text = JSON.stringify(body.messages);
      if (call.phase === "generate" && text.includes("number 7?"))
        return {
          status: 400,
          body: '{"error":{"message":"This model\'s maximum context length is 8 tokens","code":"context_length_exceeded"}}',
        };
      if (text.includes("number 3?") && !busy.has(text)) {
        busy.add(text);
        return { status: 429, body: '{"error":{"message":"Rate limit reached"}}' };
      }
      return wellBehaved(call);
    };
    await using server = await startBatchServer({ serve });
    const summary = await run(folder, server, 10);
    expect(summary).toMatchObject({ state: "finished", rows: { done: 9, dropped: 1, failed: 0 } });
    expect(summary.rejected).toMatchObject([{ phase: "generate", reason: "too-long", rows: 1 }]);
    expect(server.paidTwice()).toBe(0);
    expect(summary.notices.match(/max_completion_tokens instead/g)).toHaveLength(1);
  });

  test("gives up a call that fails in as many waves as there are retries", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({
      serve: (call) =>
        JSON.stringify(call.body).includes("number 3?") ? { status: 500, body: '{"error":{"message":"broken"}}' } : wellBehaved(call),
    });
    const summary = await run(folder, server, 5, { maxRetries: 2 });
    expect(summary).toMatchObject({ state: "finished", rows: { done: 4, failed: 1 } });
    expect(server.batches).toEqual([5, 5, 5]);
  });

  test("makes smaller batches, one after another, where too many tokens would be queued", async () => {
    await using folder = await temporaryFolder();
    const message = "Enqueued token limit reached for m. Limit: 90,000 enqueued tokens.";
    await using server = await startBatchServer({
      fail: (requests) => (requests > 20 ? { code: "token_limit_exceeded", message } : undefined),
    });
    const summary = await run(folder, server, 40);
    expect(summary.rows.done).toBe(40);
    expect(server.batches).toEqual([40, 20, 20, 20, 20, 20, 20]);
    expect([server.paidTwice(), server.answered.batch]).toEqual([0, 120]);
    expect(summary.notices).toContain("refused for the limit of queued tokens");
  });

  test("stops where the account cannot pay, says so, and goes on later", async () => {
    await using folder = await temporaryFolder();
    const error = { code: "billing_hard_limit_reached", message: "Billing hard limit has been reached" };
    await using server = await startBatchServer({ fail: () => error });
    await expect(run(folder, server, 5)).rejects.toThrow(/The server refused batch 1 of 5 calls: .*Billing hard limit.*funds are low/);
    server.behaviour.fail = undefined;
    expect(await run(folder, server, 5)).toMatchObject({ state: "finished", rows: { done: 5 } });
    expect([server.paidTwice(), server.answered.batch]).toEqual([0, 15]);
  });

  test("adopts a batch whose beginning got no answer, and never sends it twice", async () => {
    await using folder = await temporaryFolder();
    const lost = new Set<number>();
    await using server = await startBatchServer({
      before: (route) => {
        if (route !== "POST /batches" || lost.has(server.batches.length)) return undefined;
        lost.add(server.batches.length);
        return "lose";
      },
    });
    expect((await run(folder, server, 5)).rows.done).toBe(5);
    expect([server.batches, server.paidTwice()]).toEqual([[5, 5, 5], 0]);
  });

  test("repeats an upload and a look that fail, and says what the server refuses", async () => {
    await using folder = await temporaryFolder();
    const failed = new Set<string>();
    await using server = await startBatchServer({
      before: (route) => {
        if (route === "POST /batches" || failed.has(route)) return undefined;
        failed.add(route);
        return { status: 503, body: '{"error":{"message":"try later"}}' };
      },
    });
    expect((await run(folder, server, 3)).rows.done).toBe(3);
    server.behaviour.before = () => ({ status: 401, body: '{"error":{"message":"wrong key"}}' });
    await expect(run(folder, server, 4)).rejects.toThrow(/The batches cannot go on: .* answered 401/);
  });
});

describe("what is left of an earlier command", () => {
  test("a file that was never sent is asked online once the user goes on without batches", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ before: (route) => (route === "POST /files" ? { status: 401, body: "{}" } : undefined) });
    await expect(run(folder, server, 5)).rejects.toThrow("answered 401");
    server.behaviour.before = () => undefined;
    expect((await run(folder, server, 5, { batch: false })).rows.done).toBe(5);
    expect((await run(folder, server, 5)).rows.done).toBe(5);
    expect([server.batches, server.answered, server.paidTwice()]).toEqual([[], { online: 15, batch: 0 }, 0]);
  });

  test("lines that say that the account cannot pay are asked again by the next command", async () => {
    await using folder = await temporaryFolder();
    const serve = () => ({ status: 429, body: '{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}' });
    await using server = await startBatchServer({ serve });
    await expect(run(folder, server, 5)).rejects.toThrow("You exceeded your quota");
    server.behaviour.serve = wellBehaved;
    expect(await run(folder, server, 5)).toMatchObject({ state: "finished", rows: { done: 5, failed: 0 } });
  });

  test("a lost file of requests is told, and nothing is sent again", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await run(folder, server, 5, { wait: false });
    await writeFile(join(folder.path, "run", "batches", "0001.in.jsonl"), "");
    await expect(run(folder, server, 5)).rejects.toThrow("0001.in.jsonl is not as it was written");
    expect(server.batches).toEqual([5]);
  });

  test("another server's open batch ends the command before anything is asked", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    await using other = await startBatchServer();
    await run(folder, server, 5, { wait: false });
    await expect(run(folder, other, 5)).rejects.toThrow("which is not among the models of this command");
    expect(other.routes).toEqual([]);
  });

  test("output that answers none of its calls stops the run, before it is paid for again and again", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({
      output: (lines) => lines.map((line) => line.replace(/"custom_id":"/, '"custom_id":"x')),
    });
    await expect(run(folder, server, 5)).rejects.toThrow("no line of its output answers one of its calls");
    expect(server.batches).toEqual([5]);
  });

  test("a call that batches keep leaving out fails in the end", async () => {
    await using folder = await temporaryFolder();
    let left: string | undefined;
    const output = (lines: string[]): string[] => {
      left ??= /"custom_id":"([\w-]+)"/.exec(lines[0] ?? "")?.[1] ?? "";
      return lines.filter((line) => !line.includes(left ?? ""));
    };
    await using server = await startBatchServer({ output });
    const summary = await run(folder, server, 3, { maxRetries: 1 });
    expect(summary.rows).toMatchObject({ done: 2, failed: 1 });
    expect(summary.rejected).toMatchObject([{ outcome: "failed", phase: "generate", reason: "bad-reply" }]);
    expect(server.batches).toEqual([3, 3, 2]);
  });
});

describe("the lane of a call", () => {
  test("without waiting: each command does what is ready, and says what is open", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 600_000 });
    const settings = { wait: false };
    const first = await run(folder, server, 5, settings);
    expect(first).toMatchObject({
      state: "stopped",
      waiting: 5,
      rows: { in: 0 },
      stoppedBy: "1 batch with 5 calls is open. The same command goes on.",
    });
    expect(await run(folder, server, 5, settings)).toMatchObject({ waiting: 5 });
    expect(server.batches).toEqual([5]);
    server.behaviour.batchMs = 0;
    for (let commands = 0; commands < 3; commands++) await run(folder, server, 5, settings);
    expect(await run(folder, server, 5, settings)).toMatchObject({ state: "finished", rows: { done: 5 } });
    expect([server.batches, server.paidTwice()]).toEqual([[5, 5, 5], 0]);
  });

  test("changes from batches to online: what was sent is taken, and the rest is asked online", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 0 });
    await run(folder, server, 5, { wait: false, limit: 3 });
    const summary = await run(folder, server, 5, { batch: false });
    expect(summary.rows.done).toBe(5);
    expect(server.paidTwice()).toBe(0);
    expect(server.answered.online + server.answered.batch).toBe(15);
    expect(server.answered.batch).toBeGreaterThanOrEqual(3);
    server.behaviour.batchMs = 600_000;
    await run(folder, server, 7, { wait: false });
    expect((await run(folder, server, 7, { batch: false })).notices).toContain("paid twice unless the batch is cancelled");
  });

  test("is chosen by phase: the judge online saves a wave", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    expect((await run(folder, server, 20, { batch: ["generate", "respond"] })).rows.done).toBe(20);
    expect(server.answered).toEqual({ online: 20, batch: 40 });
    expect(server.batches).toEqual([20, 20]);
    await expectOnlineBytes(folder, server, 20);
  });

  test("is online for the few calls that are left", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ expireAfter: 18 });
    const summary = await run(folder, server, 20, { batchLeast: 10 });
    expect(summary.rows.done).toBe(20);
    expect(server.batches).toEqual([20, 20, 20]);
    expect(server.paidTwice()).toBe(0);
    expect(server.answered.online).toBeGreaterThan(0);
    expect(summary.notices).toContain("fewer than --batch-least 10");
  });

  test("reserves of the budget what open batches may use", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    const summary = await run(folder, server, 20, { maxCalls: 34 });
    expect(summary.state).toBe("stopped");
    expect(summary.stoppedBy).toContain("--max-calls 34: 34 calls are paid");
    expect(server.answered.batch).toBe(34);
    const again = await run(folder, server, 20, { maxCalls: 100, batch: false });
    expect(again).toMatchObject({ state: "finished", rows: { done: 20 } });
    expect(server.paidTwice()).toBe(0);
  });
});

test("files are written for another program to answer, and what it wrote is taken", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer();
  const settings = { batch: "file" as const, baseUrl: undefined };
  for (const [number, name] of ["0001", "0002", "0003"].entries()) {
    const stopped = await run(folder, server, 4, settings);
    const path = join(folder.path, "run", "batches", `${name}.in.jsonl`);
    expect(stopped).toMatchObject({ state: "stopped", waiting: 4 });
    expect(stopped.stoppedBy).toContain(`vllm run-batch -i ${path}`);
    const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
    const replies = lines.map((line, index) => {
      const { custom_id, method, url, body } = JSON.parse(line) as {
        custom_id: string;
        method: string;
        url: string;
        body: ServedCall["body"];
      };
      expect([method, url, body.model]).toEqual(["POST", "/v1/chat/completions", "m"]);
      const served = wellBehaved({ phase: ["generate", "verify", "respond"][number] ?? "", body, headers: {}, index });
      const reply: unknown = JSON.parse(completion("m", "text" in served ? served : { text: "" }));
      return JSON.stringify({ id: `vllm-${index}`, custom_id, response: { status_code: 200, request_id: "r", body: reply }, error: null });
    });
    const written = path.replace(".in.", ".out.");
    // A file that another program still writes is left alone.
    await writeFile(written, `${replies.slice(0, 2).join("\n")}\n`);
    expect(await run(folder, server, 4, settings)).toMatchObject({ state: "stopped", waiting: 4 });
    await writeFile(written, `${replies.join("\n")}\n`);
  }
  const summary = await run(folder, server, 4, settings);
  expect(summary).toMatchObject({ state: "finished", rows: { done: 4 } });
  expect([summary.notices, server.routes]).toEqual(["", []]);
});

test.each(["together", "mistral"] as const)("what %s wants otherwise is learnt", async (speaks) => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer({ speaks });
  expect((await run(folder, server, 5)).rows.done).toBe(5);
  expect([server.batches, server.paidTwice(), server.answered.online]).toEqual([[5, 5, 5], 0, 0]);
  await expectOnlineBytes(folder, server, 5);
});
