import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startBatchServer, type BatchServer } from "../fixtures/batch-server.ts";
import { questions, startSysgen, temporaryFolder, type Folder, type Running } from "../fixtures/sysgen.ts";

// The bars of the batch lane at full size. What was seen is printed at the end, for docs/batch.md.

const seen: string[] = [];
afterAll(() => process.stdout.write(`\n${seen.join("\n")}\n`));

interface Ended {
  readonly seconds: number;
  /** The most memory that the process had, in MB. */
  readonly peakMb: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

const argumentsOf = (input: string, server: BatchServer, out: string, ...more: string[]): string[] => [
  "run",
  input,
  "--model",
  "m",
  "--base-url",
  server.url,
  "--preset",
  "paper",
  "--out",
  out,
  "--quiet",
  "--json",
  ...more,
];
const inBatches = ["--batch", "--batch-least", "0"];

async function ended(running: Running): Promise<Ended> {
  const began = performance.now();
  let peakMb = 0;
  const timer = setInterval(() => (peakMb = Math.max(peakMb, peakOf(running.process.pid))), 200);
  const { code, signal, stderr } = await running.finished;
  clearInterval(timer);
  return { seconds: (performance.now() - began) / 1000, peakMb, code, signal, stderr };
}

function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

const bytesOf = (folder: Folder, out: string): Promise<Buffer> => readFile(join(folder.path, out, "dataset.jsonl"));

async function sameAsOnline(folder: Folder, server: BatchServer, input: string): Promise<boolean> {
  const { code } = await ended(startSysgen(argumentsOf(input, server, join(folder.path, "online"))));
  expect(code).toBe(0);
  return (await bytesOf(folder, "online")).equals(await bytesOf(folder, "run"));
}

test("2,000 rows: the bytes of a run online in 3 waves, and no call online", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer({ batchMs: 500 });
  const input = await folder.jsonl("rows.jsonl", questions(2_000));
  const { code, seconds, stderr } = await ended(startSysgen(argumentsOf(input, server, join(folder.path, "run"), ...inBatches)));
  expect([code, stderr]).toEqual([0, ""]);
  expect([server.answered, server.batches, server.paidTwice()]).toEqual([{ online: 0, batch: 6_000 }, [2_000, 2_000, 2_000], 0]);
  expect(await sameAsOnline(folder, server, input)).toBe(true);
  seen.push(`2,000 rows: ${server.batches.length} waves, 6,000 calls, 0 online, 0 twice, same bytes, ${seconds.toFixed(1)} s`);
});

test("500 rows whose batches all expire after 300 lines: the same bytes, and nothing is paid twice", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer({ batchMs: 200, expireAfter: 300 });
  const input = await folder.jsonl("rows.jsonl", questions(500));
  const { code } = await ended(startSysgen(argumentsOf(input, server, join(folder.path, "run"), ...inBatches)));
  expect(code).toBe(0);
  expect([server.answered, server.paidTwice()]).toEqual([{ online: 0, batch: 1_500 }, 0]);
  const waves = server.batches.length;
  expect(await sameAsOnline(folder, server, input)).toBe(true);
  seen.push(`500 rows, every batch expired after 300 lines: ${waves} waves, 1,500 calls, 0 twice, same bytes`);
});

test("20 kills at every step: nothing is paid twice, and nothing is lost", async () => {
  await using folder = await temporaryFolder();
  const input = await folder.jsonl("rows.jsonl", questions(400));
  const at: readonly (readonly [route: string, when: "before" | "after" | number])[] = [
    ["GET /batches", "before"],
    ["POST /files", "before"],
    ["POST /files", "after"],
    ["POST /batches", "before"],
    ["POST /batches", "after"],
    ["POST /batches", 5],
    ["GET /batches/*", "before"],
    ["GET /files/*/content", "before"],
    ["GET /files/*/content", "after"],
    ["GET /files/*/content", 3],
    ["GET /files/*/content", 40],
    ["GET /files/*/content", 120],
  ];
  let running: Running | undefined;
  let next: (typeof at)[number] | undefined;
  const kill = (): void => void running?.process.kill("SIGKILL");
  await using server = await startBatchServer({
    batchMs: 300,
    before(route) {
      if (next === undefined || route !== next[0]) return undefined;
      const [, when] = next;
      next = undefined;
      if (typeof when === "number") {
        setTimeout(kill, when);
        return undefined;
      }
      kill();
      return when === "before" ? { status: 500, body: "{}" } : "lose";
    },
  });
  let kills = 0;
  for (let attempt = 0; ; attempt++) {
    next = kills < 20 ? at[attempt % at.length] : undefined;
    running = startSysgen(argumentsOf(input, server, join(folder.path, "run"), ...inBatches));
    const { code, signal, stderr } = await running.finished;
    if (signal === "SIGKILL") kills++;
    else {
      expect([code, stderr]).toEqual([0, ""]);
      if (kills >= 20) break;
      // The run ended before its kill. A further row begins anew.
      await folder.jsonl("rows.jsonl", questions(400 + attempt));
    }
  }
  const rows = (await bytesOf(folder, "run")).toString().split("\n").length - 1;
  expect(server.paidTwice()).toBe(0);
  expect(server.answered).toEqual({ online: 0, batch: 3 * rows });
  expect(await sameAsOnline(folder, server, input)).toBe(true);
  seen.push(`20 kills (SIGKILL) at 12 steps: ${rows} rows, ${3 * rows} calls, 0 twice, 0 lost, same bytes`);
});

test("50,001 requests make two files, and so do more than 200 MB", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer({ batchMs: 3_600_000 });
  const many = await folder.jsonl("many.jsonl", questions(50_001));
  expect((await ended(startSysgen(argumentsOf(many, server, join(folder.path, "many"), ...inBatches, "--no-wait")))).code).toBe(4);
  expect(server.batches).toEqual([50_000, 1]);
  const large = await folder.jsonl(
    "large.jsonl",
    questions(2_200).map((row) => ({ ...row, question: `${row.question} ${"word ".repeat(20_000)}` })),
  );
  expect((await ended(startSysgen(argumentsOf(large, server, join(folder.path, "large"), ...inBatches, "--no-wait")))).code).toBe(4);
  expect(server.batches).toHaveLength(4);
  expect((server.batches[2] ?? 0) + (server.batches[3] ?? 0)).toBe(2_200);
  seen.push(
    `50,001 requests: files of ${server.batches.slice(0, 2).join(" and ")}; 220 MB: files of ${server.batches.slice(2).join(" and ")} requests`,
  );
});

test("memory stays flat from 2,000 rows on", async () => {
  const peaks: number[] = [];
  for (const rows of [2_000, Number(process.env["SYSGEN_BATCH_ROWS"] ?? 200_000)]) {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer({ batchMs: 500 });
    const input = await folder.jsonl("rows.jsonl", questions(rows));
    const { code, peakMb, seconds } = await ended(startSysgen(argumentsOf(input, server, join(folder.path, "run"), ...inBatches)));
    expect([code, server.answered.online]).toEqual([0, 0]);
    peaks.push(peakMb);
    seen.push(`${rows} rows: ${peakMb.toFixed(0)} MB at most, ${seconds.toFixed(0)} s, ${server.batches.length} batches`);
  }
  const [small = 0, large = 0] = peaks;
  expect(large).toBeLessThan(1.1 * small);
});
