import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startModelServer, wellBehaved, type ModelServer, type Served, type ServedCall } from "../fixtures/model-server.ts";
import { questions, readRun, sysgen, temporaryFolder, type Folder } from "../fixtures/sysgen.ts";

/** What a second run pays, by phase, after a first run of 10 rows has ended. */
async function paidAfter(
  change: (run: { folder: Folder; server: ModelServer; args: string[] }) => Promise<string[]>,
  serve: (call: ServedCall) => Served = sameForSame,
): Promise<{ paid: Record<string, number>; dataset: string[] }> {
  await using server = await startModelServer(serve);
  await using folder = await temporaryFolder();
  const input = await folder.jsonl("rows.jsonl", questions(10));
  const out = join(folder.path, "run");
  const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--quiet", "--json"];
  expect((await sysgen(args)).code).toBe(0);
  const before = server.billed.length;
  expect(server.calls).toHaveLength(30);
  const again = await change({ folder, server, args });
  const { code, stderr } = await sysgen(again);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const paid: Record<string, number> = {};
  for (const { phase } of server.calls.slice(before)) paid[phase] = (paid[phase] ?? 0) + 1;
  return { paid, dataset: (await readRun(out)).dataset.map(({ id }) => id) };
}

/** Gives the same reply to the same question, whenever it is asked. */
function sameForSame(call: ServedCall): Served {
  return wellBehaved({ ...call, index: 0 });
}

const config = (folder: Folder, text: string): Promise<string> => folder.file("run.yaml", text);

describe("only what changed is paid again", () => {
  test("nothing changed: nothing", async () => {
    expect((await paidAfter(async ({ args }) => args)).paid).toEqual({});
  });

  test("another judge: its verdicts, and nothing after them where they are the same", async () => {
    const { paid } = await paidAfter(async ({ args }) => [...args, "--judge-model", "other", "--rerun-phase", "verify"]);
    expect(paid).toEqual({ verify: 10 });
  });

  test("another way of asking the judge (its temperature stands for its prompt): its verdicts", async () => {
    const { paid } = await paidAfter(async ({ folder, args }) => [
      ...args,
      "--config",
      await config(folder, "verify: { temperature: 0.2 }"),
      "--rerun-phase",
      "verify",
    ]);
    expect(paid).toEqual({ verify: 10 });
  });

  test("a judge that takes a phrase away: its verdicts, and the responses under the shorter message", async () => {
    let strict = false;
    const { paid } = await paidAfter(
      async ({ args }) => {
        strict = true;
        return [...args, "--judge-model", "strict", "--rerun-phase", "verify"];
      },
      (call) => (strict && call.phase === "verify" ? { text: "Role: Good\nTask: Good\nStyle: Bad\nFormat: Good" } : sameForSame(call)),
    );
    expect(paid).toEqual({ verify: 10, respond: 10 });
  });

  test("a gate, a repair rule: nothing, where they come to the same", async () => {
    const gate = await paidAfter(async ({ folder, args }) => [
      ...args,
      "--config",
      await config(folder, "respond: { gates: { refusal: drop } }"),
      "--rerun-phase",
      "respond",
    ]);
    expect(gate.paid).toEqual({});
    expect((await paidAfter(async ({ args }) => [...args, "--no-repair", "--rerun-phase", "filter"])).paid).toEqual({});
  });

  test("one edited row: that row", async () => {
    const { paid, dataset } = await paidAfter(async ({ folder, args }) => {
      await folder.jsonl(
        "rows.jsonl",
        questions(10).map((row) => (row.id === "q4" ? { ...row, question: "Edited?" } : row)),
      );
      return args;
    });
    expect(paid).toEqual({ generate: 1, verify: 1, respond: 1 });
    expect(dataset).toHaveLength(10);
  });

  test("ten added rows, before and after the old ones: those", async () => {
    const { paid, dataset } = await paidAfter(async ({ folder, args }) => {
      const [first, ...others] = questions(20);
      const added = others.slice(9);
      await folder.jsonl("rows.jsonl", [...added.slice(0, 5), first, ...others.slice(0, 9), ...added.slice(5)]);
      return args;
    });
    expect(paid).toEqual({ generate: 10, verify: 10, respond: 10 });
    expect(dataset).toHaveLength(20);
  });

  test("a server that moved: nothing", async () => {
    await using elsewhere = await startModelServer();
    const { paid } = await paidAfter(async ({ args }) => args.map((arg) => (arg.startsWith("http") ? elsewhere.url : arg)));
    expect([paid, elsewhere.calls.length]).toEqual([{}, 0]);
  });
});

describe("--retry", () => {
  test("tries rows anew that were dropped for a reason, and leaves all others; each once, however often it is broken off", async () => {
    let good = false;
    await using server = await startModelServer((call) => {
      const text = JSON.stringify(call.body.messages);
      if (call.phase === "generate" && !good && text.includes("number 3?")) return { text: "no tags at all" };
      if (call.phase === "respond" && !good && text.includes("number 5?")) return { text: "" };
      return wellBehaved(call);
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(8));
    const out = join(folder.path, "run");
    const config = await folder.file("run.yaml", "respond: { gates: { empty: drop } }");
    const args = [
      "run",
      input,
      "--config",
      config,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      out,
      "--quiet",
      "--json",
    ];
    await sysgen(args);
    expect((await readRun(out)).rejected.map(({ reason }) => reason)).toEqual(["no-phrase-left", "gate-empty"]);
    const unknown = await sysgen([...args, "--retry", "dropped:too-long"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/no row of this run was dropped for that\. There are: .*dropped:gate-empty/);
    expect((await sysgen([...args, "--retry", "failed"])).code).toBe(2);
    good = true;
    const calls = server.calls.length;
    await sysgen(args);
    expect(server.calls).toHaveLength(calls);
    expect((await sysgen([...args, "--retry", "dropped:no-phrase-left"])).code).toBe(0);
    expect(server.calls.slice(calls).map(({ phase }) => phase)).toEqual(["generate", "verify", "respond"]);
    expect((await readRun(out)).rejected.map(({ reason }) => reason)).toEqual(["gate-empty"]);
    // The phases before the one that dropped the row are not paid again.
    const then = server.calls.length;
    await sysgen([...args, "--retry", "dropped"]);
    expect(server.calls.slice(then).map(({ phase }) => phase)).toEqual(["respond"]);
    expect((await readRun(out)).dataset).toHaveLength(8);
    const done = server.calls.length;
    const bytes = await readFile(join(out, "dataset.jsonl"));
    await sysgen(args);
    expect(server.calls).toHaveLength(done);
    expect(await readFile(join(out, "dataset.jsonl"))).toEqual(bytes);
  });

  test("what was paid for rows tried anew is found also when the index is gone", async () => {
    let good = false;
    // The paper's judge sees the message alone, so the row is known by its message.
    const ofRow = (call: ServedCall): string => JSON.stringify(wellBehaved(call)).match(/case \d+/)?.[0] ?? "none";
    let doubtful = "none";
    await using server = await startModelServer((call) => {
      const text = JSON.stringify(call.body.messages);
      if (call.phase === "generate" && text.includes("number 5?")) doubtful = ofRow(call);
      if (call.phase === "generate" && !good && text.includes("number 3?")) return { text: "no tags at all" };
      if (call.phase === "verify" && !good && text.includes(doubtful)) return { text: "I cannot say." };
      return wellBehaved(call);
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(8));
    const out = join(folder.path, "run");
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--quiet", "--json"];
    await sysgen(args);
    expect((await readRun(out)).rejected.map(({ reason }) => reason)).toEqual(["no-phrase-left", "verdict-unparsed"]);
    good = true;
    await sysgen([...args, "--retry", "dropped"]);
    expect((await readRun(out)).dataset).toHaveLength(8);
    const calls = server.calls.length;
    const bytes = await readFile(join(out, "dataset.jsonl"));
    for (const ending of ["", "-wal", "-shm"]) await rm(join(out, `index.sqlite${ending}`), { force: true });
    expect((await sysgen(args)).code).toBe(0);
    expect(server.calls).toHaveLength(calls);
    expect(await readFile(join(out, "dataset.jsonl"))).toEqual(bytes);
  });
});
