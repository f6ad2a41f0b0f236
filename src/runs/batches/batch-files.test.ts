import { existsSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { hash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { SysGenError } from "../../errors.ts";
import { nothing } from "../../models/spending/budget.ts";
import { BatchLog } from "./batch-log.ts";
import { ReplyFile } from "./reply-file.ts";
import { RequestFile } from "./request-file.ts";
import { WaveFile } from "./wave-file.ts";

const addressOf = (number: number): string => hash("sha256", String(number), "base64url");
const body = Buffer.from('{"model":"m"}');

describe("a file of requests", () => {
  test("knows its calls while it grows and afterwards, and its digest tells whether it is whole", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "in.jsonl");
    const file = new WaveFile(path);
    for (let number = 0; number < 20_000; number++) file.add(addressOf(number), ',"method":"POST","url":"/v1/x"', body);
    expect([0, 9_999, 19_999, 20_000].map((number) => file.has(addressOf(number)))).toEqual([true, true, true, false]);
    const { bytes } = file;
    const totals = file.close();
    expect(totals).toMatchObject({ requests: 20_000, bytes });
    const [first = ""] = (await readFile(path, "utf8")).split("\n");
    expect(JSON.parse(first)).toEqual({ custom_id: addressOf(0), method: "POST", url: "/v1/x", body: { model: "m" } });
    const read = new RequestFile(path);
    expect([read.digest === totals.digest, read.has(addressOf(7)), read.has(addressOf(-7))]).toEqual([true, true, false]);
    read.close();
    await appendFile(path, "{}\n");
    const changed = new RequestFile(path);
    expect(changed.digest).not.toBe(totals.digest);
    changed.close();
  });

  // Writes to this device fail as on a full disk.
  test.skipIf(!existsSync("/dev/full"))("says that the disk is full, and takes no line behind a part of one", () => {
    const file = new WaveFile("/dev/full");
    file.add(addressOf(1), "", body);
    expect(() => file.close()).toThrow(/Cannot write \/dev\/full .*the disk is full/);
    expect(() => file.close()).toThrow(SysGenError);
    file.discard();
    expect(() => new WaveFile("/nowhere/in.jsonl")).toThrow(/Cannot write \/nowhere\/in.jsonl/);
  });
});

describe("a file of replies", () => {
  const line = (id: string, response: unknown, error: unknown = null): string =>
    JSON.stringify({ id: "r", custom_id: id, response, error });
  const good = (id: string, text: string): string => line(id, { status_code: 200, body: { text } });

  test("gives each call its first reply, else its error, and nothing for what was never tried", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "out.jsonl");
    const lines = [
      line("a", { status_code: 500, body: { error: "no" } }),
      good("a", "first"),
      good("a", "second"),
      line("b", { status_code: 429, body: { error: { message: "busy" } } }),
      line("c", null, { code: "batch_expired", message: "too late" }),
      line("d", null, { code: "rate_limit_exceeded", message: "busy" }),
      line("e", null, { code: "strange", message: "?" }),
      good("stranger", "not asked"),
      "{}",
      good("f", "torn").slice(0, 40),
    ];
    await writeFile(path, lines.join("\n"));
    const told: unknown[] = [];
    const file = new ReplyFile(
      path,
      (address) => address.length === 1,
      (address, use) => told.push([address, use]),
    );
    expect(told).toEqual([["a", { calls: 1, inputTokens: 0, outputTokens: 0 }]]);
    expect(file.counts).toEqual({ replies: 1, errors: 4, strange: 3 });
    expect(file.find("a")).toMatchObject({ status: 200, body: '{"text":"first"}' });
    expect(["b", "c", "d", "e", "f"].map((address) => file.find(address)?.status)).toEqual([429, undefined, 429, 500, undefined]);
    file.close();
  });

  test("is read in the forms that servers give their lines, and tells the lines that say nothing", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "out.jsonl");
    const completion = { choices: [{ message: { content: "hello" } }] };
    const lines = [
      `\uFEFF${good("a", "marked")}`,
      line("b", { status_code: "200", body: completion }),
      line("c", { status_code: 200, body: JSON.stringify(completion) }),
      line("d", completion),
      line("e", { status_code: "429", body: "slow down" }),
      line("f", { status_code: 503 }),
      line("g", { text: "hello" }),
      line("h", null),
    ];
    await writeFile(path, lines.join("\n"));
    const file = new ReplyFile(path, () => true);
    expect(file.counts).toEqual({ replies: 4, errors: 2, strange: 2 });
    const body = JSON.stringify(completion);
    expect(["a", "b", "c", "d", "e", "f", "g", "h"].map((address) => file.find(address))).toMatchObject([
      { status: 200, body: '{"text":"marked"}' },
      { status: 200, body },
      { status: 200, body },
      { status: 200, body },
      { status: 429, body: "slow down" },
      { status: 503 },
      undefined,
      undefined,
    ]);
    file.close();
  });

  test("says what a reply was billed, which is nothing for an error that came as one", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "out.jsonl");
    const usage = { prompt_tokens: 20, completion_tokens: 5 };
    const lines = [
      line("a", { status_code: 200, body: { choices: [], usage } }),
      line("b", { status_code: 200, body: { error: { code: 429, message: "busy" }, usage } }),
      line("c", { status_code: 400, body: { error: { message: "no" }, usage } }),
    ];
    await writeFile(path, lines.join("\n"));
    const file = new ReplyFile(path, () => true);
    expect(["a", "b", "c"].map((address) => file.find(address)?.use)).toEqual([
      { calls: 1, inputTokens: 20, outputTokens: 5 },
      { calls: 0, inputTokens: 0, outputTokens: 0 },
      { calls: 0, inputTokens: 0, outputTokens: 0 },
    ]);
    file.close();
  });

  test("that is not there holds nothing", () => {
    const file = new ReplyFile("/nowhere/out.jsonl", () => true);
    expect([file.counts.replies, file.find("a")]).toEqual([0, undefined]);
    file.close();
  });
});

describe("batches.jsonl", () => {
  const begun = {
    step: "wave" as const,
    batch: 1,
    wave: 1,
    session: "run" as const,
    model: "m",
    server: "host/v1",
    requests: 2,
    bytes: 10,
    digest: "d",
    reserved: nothing,
    spoken: "{}",
    at: "2026-01-01T00:00:00.000Z",
  };

  test("knows each batch by all that was done with it, and how often a call failed", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "batches.jsonl");
    const log = new BatchLog(path);
    await log.note(begun);
    await log.note({ step: "uploaded", batch: 1, file: "file-1" });
    await log.note({ step: "created", batch: 1, id: "batch-1", createdAt: "2026-01-01T00:00:01.000Z" });
    await log.note({ step: "ended", batch: 1, state: "completed", completed: 1, failed: 1 });
    await log.note({ step: "taken", batch: 1, again: ["x"] });
    log.close();
    // A line that a crash left unfinished.
    await appendFile(path, '{"crc":"00');
    const again = new BatchLog(path);
    expect(again.all).toMatchObject([{ step: "taken", file: "file-1", id: "batch-1", state: "completed", requests: 2 }]);
    expect([again.failures("x"), again.failures("y")]).toEqual([1, 0]);
    await again.note({ ...begun, batch: 2 });
    again.close();
    expect(new BatchLog(path, { readOnly: true }).all.map(({ batch }) => batch)).toEqual([1, 2]);
  });

  test("that is damaged before its end is refused, because batches might be sent twice", async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "batches.jsonl");
    const log = new BatchLog(path);
    await log.note(begun);
    await log.note({ ...begun, batch: 2 });
    log.close();
    await writeFile(path, (await readFile(path, "utf8")).replace('"batch":1', '"batch":7'));
    expect(() => new BatchLog(path)).toThrow("is damaged at byte 0");
  });
});
