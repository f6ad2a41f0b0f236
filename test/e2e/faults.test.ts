import { appendFile, cp, mkdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startModelServer, wellBehaved, type Served, type ServedCall } from "../fixtures/model-server.ts";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { writeManifest } from "../../src/runs/manifest.ts";
import { openRun } from "../../src/runs/open-run.ts";
import { runFiles } from "../../src/runs/run-files.ts";
import { canMountReadOnly, questions, readRun, startSysgen, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

/** A server on which some calls fail, each at most a few times, by their order of arrival. */
function flaky(fault: Served, every: number): (call: ServedCall) => Served {
  return (call) => (call.index % every === 0 ? fault : wellBehaved(call));
}

describe("a server in trouble", () => {
  test.each<[string, Served]>([
    ["429 with Retry-After in seconds", { status: 429, headers: { "retry-after": "0" } }],
    ["429 with Retry-After as a date", { status: 429, headers: { "retry-after": new Date(0).toUTCString() } }],
    ["500", { status: 500, body: "<html>oops</html>" }],
    ["503", { status: 503 }],
    ["connections that are reset", { fault: "reset" }],
    ["truncated JSON", { fault: "truncated-json" }],
    ["replies without choices", { fault: "no-choices" }],
  ])("%s: retried, and no row is lost", async (_name, fault) => {
    await using server = await startModelServer(flaky(fault, 4));
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(10));
    const out = join(folder.path, "run");
    const { code } = await sysgen([
      "run",
      input,
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
    ]);
    expect(code).toBe(0);
    expect((await readRun(out)).dataset).toHaveLength(10);
    expect(new Set(server.billed).size).toBe(server.billed.length);
  });

  test("a stalled call times out and is made again", async () => {
    let stalled = 0;
    await using server = await startModelServer((call) =>
      call.phase === "verify" && stalled++ === 0 ? { fault: "stall" } : wellBehaved(call),
    );
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(2));
    const out = join(folder.path, "run");
    const { code } = await sysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      out,
      "--timeout",
      "1",
    ]);
    expect(code).toBe(0);
    expect((await readRun(out)).dataset).toHaveLength(2);
  });

  test("a row that fails for good is listed as failed, exit code 1; the same command retries just it", async () => {
    let broken = true;
    await using server = await startModelServer((call) =>
      broken && JSON.stringify(call.body.messages).includes("number 2?") ? { status: 500 } : wellBehaved(call),
    );
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(4));
    const out = join(folder.path, "run");
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--max-retries", "1"];
    const first = await sysgen(args);
    expect(first.code).toBe(1);
    const { dataset, rejected } = await readRun(out);
    expect(dataset.map(({ id }) => id)).toEqual(["q0", "q1", "q3"]);
    expect(rejected).toMatchObject([{ id: "q2", line: 3, outcome: "failed", phase: "generate", reason: "server" }]);
    broken = false;
    const calls = server.calls.length;
    expect((await sysgen(args)).code).toBe(0);
    expect(server.calls.length - calls).toBe(3);
    expect((await readRun(out)).dataset.map(({ id }) => id)).toEqual(["q0", "q1", "q2", "q3"]);
  });

  test("nobody listens: the run stops with a sentence, and every row is accounted for", async () => {
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(5));
    const out = join(folder.path, "run");
    const { code, stderr } = await sysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      "http://127.0.0.1:1/v1",
      "--out",
      out,
      "--max-retries",
      "1",
    ]);
    expect(code).toBe(exitCodes.outage);
    expect(stderr).toMatch(/127\.0\.0\.1:1.*run the same command again/s);
    expect((await readRun(out)).rejected.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 5 }, () => "failed"));
  });

  test("one call that is forbidden does not stop a run that is under way", async () => {
    await using server = await startModelServer((call) =>
      call.phase === "respond" && JSON.stringify(call.body.messages).includes("number 1?")
        ? { status: 403, body: '{"error":{"message":"flagged by moderation"}}' }
        : wellBehaved(call),
    );
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(3));
    const { code } = await sysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      join(folder.path, "run"),
    ]);
    expect(code).toBe(1);
    const { dataset, rejected } = await readRun(join(folder.path, "run"));
    expect(dataset.map(({ id }) => id)).toEqual(["q0", "q2"]);
    expect(rejected).toMatchObject([{ id: "q1", outcome: "failed", reason: "auth" }]);
  });

  test("a conversation that is too long for the model is dropped, not failed", async () => {
    await using server = await startModelServer(() => ({
      status: 400,
      body: '{"error":{"message":"This model\'s maximum context length is 4096 tokens."}}',
    }));
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(1));
    const { code } = await sysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      join(folder.path, "run"),
    ]);
    expect(code).toBe(5);
    expect((await readRun(join(folder.path, "run"))).rejected[0]).toMatchObject({ outcome: "dropped", reason: "too-long" });
  });

  test("a conversation that does not fit beside the demonstrations is asked about without them", async () => {
    await using server = await startModelServer((call) =>
      call.phase === "generate" && call.body.messages.length > 2
        ? { status: 400, body: '{"error":{"message":"maximum context length is 900 tokens"}}' }
        : wellBehaved(call),
    );
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(2));
    const { code } = await sysgen(["run", input, "--model", "m", "--base-url", server.url, "--out", join(folder.path, "run")]);
    expect(code).toBe(0);
    expect((await readRun(join(folder.path, "run"))).dataset).toHaveLength(2);
  });

  test("the system role, max_tokens and constraints that a server refuses are learnt once, said once", async () => {
    await using server = await startModelServer((call) => {
      if ("max_tokens" in call.body) return { status: 400, body: '{"error":{"message":"Use max_completion_tokens instead."}}' };
      if (call.body.messages[0]?.role === "system") return { status: 400, body: '{"error":{"message":"System role not supported"}}' };
      if ("grammar" in call.body) return { status: 400, body: '{"error":{"message":"grammar is not supported"}}' };
      return wellBehaved(call);
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(6));
    const out = join(folder.path, "run");
    const { code, stderr } = await sysgen(["run", input, "--model", "m", "--base-url", server.url, "--out", out, "--constrain", "grammar"]);
    expect(code).toBe(0);
    expect(stderr.match(/refused the output constraint "grammar"/g)).toHaveLength(1);
    expect(stderr.match(/folded into the first user message/g)).toHaveLength(1);
    const { dataset } = await readRun(out);
    expect(dataset).toHaveLength(6);
    expect(dataset[0]?.messages[0]?.role).toBe("system");
  });

  test("calls are spread over servers, and go on when one is gone", async () => {
    await using a = await startModelServer();
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(10));
    const out = join(folder.path, "run");
    const { code } = await sysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      "http://127.0.0.1:1/v1",
      "--base-url",
      a.url,
      "--out",
      out,
    ]);
    expect(code).toBe(0);
    expect((await readRun(out)).dataset).toHaveLength(10);
  });
});

describe("a run that is broken off", () => {
  test("kill -9 at random moments: nothing is lost, and no more is paid twice than was in flight", async () => {
    const concurrency = 8;
    await using server = await startModelServer(async (call) => {
      await sleep(5 + (call.index % 7) * 3);
      return wellBehaved({ ...call, index: 0 });
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(120));
    const out = join(folder.path, "run");
    const args = [
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      out,
      "--concurrency",
      String(concurrency),
      "--quiet",
      "--json",
    ];
    let kills = 0;
    for (let kill = 0; kill < 5; kill++) {
      const killAt = server.calls.length + 15 + Math.floor(Math.random() * 40);
      const running = startSysgen(args);
      while (server.calls.length < killAt) await sleep(Math.random() * 5);
      running.process.kill("SIGKILL");
      if ((await running.finished).signal === "SIGKILL") kills++;
    }
    expect(kills).toBe(5);
    const last = await sysgen(args);
    expect(last.code).toBe(0);
    const { dataset, rejected } = await readRun(out);
    expect(dataset.map(({ id }) => id)).toEqual(questions(120).map(({ id }) => id));
    expect(rejected).toEqual([]);
    const paidTwice = server.billed.length - new Set(server.billed).size;
    expect(paidTwice).toBeLessThanOrEqual(kills * concurrency);
    expect(JSON.parse(last.stdout).calls.map(({ calls }: { calls: number }) => calls)).toEqual([120, 120, 120]);
  });

  test("Ctrl-C lets the calls in flight end and keeps them; exit code 130; the same command goes on", async () => {
    await using server = await startModelServer(async (call) => {
      await sleep(40);
      return wellBehaved(call);
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(60));
    const out = join(folder.path, "run");
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--concurrency", "4"];
    const running = startSysgen(args);
    while (server.calls.length < 20) await sleep(10);
    running.process.kill("SIGINT");
    const { code, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(stderr).toContain("Ctrl-C again quits at once");
    expect((await readRun(out)).dataset.length).toBeGreaterThan(0);
    expect((await sysgen(args)).code).toBe(0);
    expect((await readRun(out)).dataset).toHaveLength(60);
    expect(new Set(server.billed).size).toBe(server.billed.length);
  });

  test("a second Ctrl-C quits at once", async () => {
    await using server = await startModelServer(() => ({ fault: "stall" }));
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(5));
    const running = startSysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      join(folder.path, "run"),
    ]);
    while (server.calls.length < 5) await sleep(10);
    running.process.kill("SIGINT");
    await sleep(1_100);
    running.process.kill("SIGINT");
    const { code, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(stderr).toContain("What has come is kept, and the same command goes on.");
  });

  test("Ctrl-C ends a run whose stdin has no more to say yet", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const stdin = questions(3)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join("");
    const out = join(folder.path, "run");
    const running = startSysgen(
      ["run", "-", "--format", "question-answer", "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out],
      {
        stdin,
        keepStdinOpen: true,
      },
    );
    await sleep(3_000);
    running.process.kill("SIGINT");
    expect((await running.finished).code).toBe(130);
  });

  test("a resume over changed rows that is broken off leaves no row of the old text", async () => {
    let slow = false;
    await using server = await startModelServer(async (call) => {
      if (slow) await sleep(60);
      return wellBehaved(call);
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(20));
    const out = join(folder.path, "run");
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--concurrency", "2"];
    await sysgen(args);
    await folder.jsonl(
      "rows.jsonl",
      questions(20).map((row) => ({ ...row, question: `${row.question} Changed.` })),
    );
    slow = true;
    const before = server.calls.length;
    const running = startSysgen(args);
    while (server.calls.length < before + 12) await sleep(10);
    running.process.kill("SIGINT");
    expect((await running.finished).code).toBe(130);
    const { dataset } = await readRun(out);
    expect(dataset.length).toBeLessThan(20);
    expect(dataset.every(({ messages }) => messages[1]?.content.endsWith("Changed."))).toBe(true);
    slow = false;
    await sysgen(args);
    expect((await readRun(out)).dataset).toHaveLength(20);
  });

  test("two processes never share a run directory", async () => {
    await using server = await startModelServer(() => ({ fault: "stall" }));
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(1));
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", join(folder.path, "run")];
    const first = startSysgen(args);
    while (server.calls.length < 1) await sleep(10);
    const second = await sysgen(args);
    expect(second.code).toBe(exitCodes.inUse);
    expect(second.stderr).toContain("Another sysgen process is at work");
    const status = await sysgen(["status", join(folder.path, "run"), "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({ state: "running" });
    first.process.kill("SIGKILL");
    await first.finished;
    expect(JSON.parse((await sysgen(["status", join(folder.path, "run"), "--json"])).stdout)).toMatchObject({ state: "broken-off" });
  });

  test("a full disk: the run stops with a sentence, keeps what was committed, and goes on when there is room", async () => {
    // Long responses, so that the journal reaches the limit long before the index, which has only
    // their places.
    const long = Array.from({ length: 4000 }, (_, index) => `word${index}`).join(" ");
    await using server = await startModelServer((call) => {
      const served = wellBehaved(call);
      return call.phase === "respond" && "text" in served ? { ...served, text: `${served.text} ${long}` } : served;
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(200));
    const out = join(folder.path, "run");
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--concurrency", "8"];
    const full = await sysgen(args, { fileSizeLimitKiB: 1000 });
    expect(full.code).toBe(exitCodes.outage);
    expect(full.stderr).toMatch(/Cannot write .*journal\.jsonl.*make room and run the same command again/);
    expect(full.stderr).not.toMatch(/^\s+at /m);
    const paid = server.billed.length;
    expect((await sysgen(args)).code).toBe(0);
    expect((await readRun(out)).dataset).toHaveLength(200);
    // Only the calls that were in flight when the disk filled up are asked again.
    expect(server.billed.length).toBeLessThanOrEqual(600 + 8 * 2);
    expect(paid).toBeGreaterThan(20);
  });

  test("a journal that lost what was on disk is named, and nothing is overwritten", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(30));
    const out = join(folder.path, "run");
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out];
    await sysgen(args);
    const whole = await readFile(join(out, "journal.jsonl"));
    await truncate(join(out, "journal.jsonl"), 10_000);
    const torn = await sysgen(args);
    expect(torn.code).toBe(2);
    expect(torn.stderr).toMatch(/journal\.jsonl is damaged: it has 10000 bytes, and had \d+/);
    expect((await readRun(out)).dataset).toHaveLength(30);
    await writeFile(join(out, "journal.jsonl"), Buffer.concat([whole.subarray(0, 5_000), Buffer.alloc(300), whole.subarray(5_300)]));
    const damaged = await sysgen(args);
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toMatch(/journal\.jsonl is damaged at byte \d+/);
    expect(server.billed).toHaveLength(90);
  });

  test("after kill -9 a torn last line and a torn index cost nothing that was paid before", async () => {
    await using server = await startModelServer(async (call) => {
      await sleep(10);
      return wellBehaved(call);
    });
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(40));
    const out = join(folder.path, "run");
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--concurrency", "4"];
    const running = startSysgen(args);
    while (server.calls.length < 60) await sleep(10);
    running.process.kill("SIGKILL");
    await running.finished;
    await appendFile(join(out, "journal.jsonl"), '{"address":"torn","phase":"ver');
    await truncate(join(out, "index.sqlite"), 5_000);
    expect((await sysgen(args)).code).toBe(0);
    expect((await readRun(out)).dataset).toHaveLength(40);
    expect(server.billed.length - new Set(server.billed).size).toBeLessThanOrEqual(4);
  });

  test("a directory that cannot be written is told in a sentence, before anything is paid", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(3));
    await folder.file("blocked", "a file where the run directory should be");
    const { code, stderr } = await sysgen([
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      join(folder.path, "blocked"),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Cannot make the run directory|Cannot write/);
    expect(server.calls).toHaveLength(0);
  });

  test.skipIf(!canMountReadOnly)("a read-only place for the run directory is told in a sentence, before anything is paid", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(3));
    const place = join(folder.path, "place");
    await mkdir(join(place, "empty"), { recursive: true });
    for (const [out, said] of [
      [join(place, "empty"), /^error: Cannot write .*\. Is the folder writable, and is there room on the disk\?$/],
      [join(place, "new", "run"), /^error: Cannot make the run directory .*EROFS: read-only file system.*\. Choose another with --out\.$/],
    ] as const) {
      const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--quiet"];
      const { code, stdout, stderr } = await sysgen(args, { readOnlyFolder: place });
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr.trimEnd()).toMatch(said);
    }
    expect(server.calls).toHaveLength(0);
  });

  test.skipIf(!canMountReadOnly)(
    "a run directory that became read-only can be looked at, and what would write there says so in a sentence",
    async () => {
      await using server = await startModelServer();
      await using folder = await temporaryFolder();
      const input = await folder.jsonl("rows.jsonl", questions(3));
      const out = join(folder.path, "run");
      const run = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--quiet"];
      expect((await sysgen(run)).code).toBe(0);
      const looking = [
        [["status", out], /^finished .* {3}3 rows: 3 written anew, 0 with the original kept, 0 dropped, 0 failed\n/],
        [["analyze", out, "--out", join(folder.path, "report")], /^ {2}rows written anew +100\.0% {2}3 of 3; /m],
        [["export", out, "--to", join(folder.path, "exported")], /\b3 rows\b/],
      ] as const;
      for (const [args, said] of looking) {
        const { code, stdout } = await sysgen(args, { readOnlyFolder: out });
        expect([args[0], code]).toEqual([args[0], 0]);
        expect(stdout).toMatch(said);
      }
      const writing = [
        ["analyze", out],
        run,
        ["preview", ...run.slice(1, -1)],
        ["judge", out, "--judge-model", "m", "--judge-base-url", server.url],
      ];
      for (const args of writing) {
        const { code, stderr } = await sysgen(args, { readOnlyFolder: out });
        expect([args[0], code]).toEqual([args[0], 2]);
        expect(stderr.trimEnd()).toMatch(/^error: Cannot (read|write) .*\. Is the folder writable, and is there room on the disk\?$/);
      }
      expect(server.calls).toHaveLength(9);
    },
  );

  test.skipIf(!canMountReadOnly)("a run that was broken off is read where nothing can be written", async () => {
    await using folder = await temporaryFolder();
    const [out, copied] = [join(folder.path, "run"), join(folder.path, "copied")];
    await using opened = await openRun(out, "own", () => {});
    await writeManifest(runFiles(out).manifest, { state: "running", identity: {}, rounds: {}, retrySession: 0 });
    opened.store.results.put({ position: 0, line: 1, digest: "d", outcome: "done", traits: "{}", body: "{}" });
    await opened.store.index();
    // As after a power loss: what was written last is in the WAL, and the file beside it is gone.
    await cp(out, copied, { recursive: true });
    await rm(`${runFiles(copied).index}-shm`);
    expect((await stat(`${runFiles(copied).index}-wal`)).size).toBeGreaterThan(0);
    const { code, stdout } = await sysgen(["status", copied], { readOnlyFolder: copied });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^broken-off .* {3}1 row: 1 written anew/)]);
  });

  test.runIf(process.platform === "linux")("too few open files end in a sentence, and few take fewer calls at once", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(3));
    const args = [
      "run",
      input,
      "--model",
      "m",
      "--preset",
      "paper",
      "--base-url",
      server.url,
      "--out",
      join(folder.path, "run"),
      "--quiet",
    ];
    const tooFew = await sysgen(args, { openFilesLimit: 24 });
    expect([tooFew.code, tooFew.stderr]).toEqual([
      2,
      expect.stringMatching(/^error: This process may open 24 files .*"ulimit -n 1024".*\n$/),
    ]);
    const few = await sysgen([...args, "--concurrency", "400"], { openFilesLimit: 256 });
    expect([few.code, few.stderr.match(/at most 160 calls are in flight/g)]).toEqual([0, ["at most 160 calls are in flight"]]);
  });

  test("a file that cannot be written at the end of a run is told in a sentence; once it can, nothing is paid again", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(3));
    const out = join(folder.path, "run");
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out, "--quiet"];
    await mkdir(join(out, "dataset.jsonl.tmp"), { recursive: true });
    const { code, stderr } = await sysgen(args);
    expect(code).toBe(2);
    expect(stderr.trimEnd()).toMatch(
      /^error: Cannot write .*dataset\.jsonl \(EISDIR.*\)\. Is the folder writable, and is there room on the disk\?$/,
    );
    await rm(join(out, "dataset.jsonl.tmp"), { recursive: true });
    expect((await sysgen(args)).code).toBe(0);
    expect((await readRun(out)).dataset).toHaveLength(3);
    expect(server.calls).toHaveLength(9);
  });

  test("a damaged run.json is named", async () => {
    await using server = await startModelServer();
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(1));
    const out = join(folder.path, "run");
    const args = ["run", input, "--model", "m", "--preset", "paper", "--base-url", server.url, "--out", out];
    await sysgen(args);
    await writeFile(join(out, "run.json"), '{"state": "fini');
    const { code, stderr } = await sysgen(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/run\.json is no manifest/);
  });
});
