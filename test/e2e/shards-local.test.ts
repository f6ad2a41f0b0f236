import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { exitCodes } from "../../src/cli/exit-codes.ts";
import { startModelServer } from "../fixtures/model-server.ts";
import { processesWith } from "../fixtures/processes.ts";
import { paidIn, sameAgain, sayings } from "../fixtures/sharded-run.ts";
import { runArguments, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

/** Starts two shards here, and tells them to end while calls are in flight. */
async function toldToEnd(tell: (script: number) => void): Promise<object> {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(async (call) => {
    await setTimeout(2_000);
    return sameAgain(call);
  });
  const input = await folder.jsonl("rows.jsonl", sayings(40));
  const out = join(folder.path, "out");
  const flags = ["--preset", "paper", "--constrain", "none", "--concurrency", "4", "--shards", "2", "--on", "local", "--json"];
  const planned = await sysgen(["shards", ...runArguments(input, server, out, ...flags).slice(1)]);
  const { script } = JSON.parse(planned.stdout) as { script: string };
  // A group of its own, as what a terminal starts.
  const bash = spawn("bash", [script], { detached: true, stdio: "ignore", env: { ...process.env, AT_ONCE: "2" } });
  const ended = new Promise<number | null>((resolve) => void bash.on("close", resolve));
  while (server.calls.length < 8) await setTimeout(20);
  tell(bash.pid ?? 0);
  const code = await ended;
  return { code, asked: server.calls.length, kept: (await paidIn(out)).length, left: processesWith(out).length };
}

test.skipIf(process.platform !== "linux")("shards here that are told to end lose no call, and leave no process", async () => {
  const ends = await Promise.all([
    toldToEnd((script) => process.kill(-script, "SIGINT")),
    toldToEnd((script) => process.kill(script, "SIGTERM")),
  ]);
  const asTold = { code: exitCodes.interrupted, asked: 8, kept: 8, left: 0 };
  expect(ends).toEqual([asTold, asTold]);
});
