import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runTool, type ToolEnd } from "./run-tool.ts";

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "tool-"))));
afterAll(() => rm(folder, { recursive: true }));

/** Runs a script of Node in the place of Python. */
async function run(
  script: string,
  options: { signal?: AbortSignal; graceMs?: number; onEvent?: (event: unknown) => void } = {},
): Promise<ToolEnd> {
  const path = join(folder, "tool.cjs");
  await writeFile(path, script);
  return runTool({ python: process.execPath, args: [path], cwd: folder, env: process.env, log: join(folder, "log"), ...options });
}

test("events come from file descriptor 3, and all output is in the log", async () => {
  const events: unknown[] = [];
  const script = `const fs = require("node:fs");
    console.log("{'loss': 1}"); console.error("a warning");
    fs.writeSync(3, '{"kind":"log","step":1}\\n{"kind":"done"}\\n{"kind":"to');
    process.exitCode = 3;`;
  const end = await run(script, { onEvent: (event) => events.push(event) });
  expect(end).toMatchObject({ code: 3, signal: null });
  expect(end.lastLines.toSorted()).toEqual(["a warning", "{'loss': 1}"]);
  expect(events).toEqual([{ kind: "log", step: 1 }, { kind: "done" }, undefined]);
  expect(await readFile(join(folder, "log"), "utf8")).toContain("a warning\n");
});

test("a tool that is interrupted may save, and one that does not end is killed", async () => {
  const stopping = (script: string): Promise<ToolEnd> => {
    const abort = new AbortController();
    return run(`${script}; require("node:fs").writeSync(3, "1\\n"); setInterval(() => {}, 1000)`, {
      signal: abort.signal,
      graceMs: 200,
      onEvent: () => abort.abort(),
    });
  };
  expect(await stopping(`process.on("SIGINT", () => { console.log("saved"); process.exit(130); })`)).toEqual({
    code: 130,
    signal: null,
    lastLines: ["saved"],
  });
  expect(await stopping(`process.on("SIGINT", () => {})`)).toMatchObject({ code: null, signal: "SIGKILL" });
});

test("a tool ends when what it tells cannot be handled", async () => {
  const pids: number[] = [];
  const running = run(`require("node:fs").writeSync(3, process.pid + "\\n"); setInterval(() => {}, 1000)`, {
    onEvent: (pid) => {
      pids.push(Number(pid));
      throw new Error("the disk is full");
    },
  });
  await expect(running).rejects.toThrow("the disk is full");
  expect(() => process.kill(pids[0] ?? 0, 0)).toThrow("ESRCH");
});

test("an interpreter that is not there is an error", async () => {
  const options = { python: join(folder, "no-python"), args: [], cwd: folder, env: {}, log: join(folder, "log") };
  await expect(runTool(options)).rejects.toThrow(/^Cannot start Python \(.*no-python\): spawn .*ENOENT\. --python takes/);
  await expect(runTool({ ...options, isPython: false })).rejects.toThrow(/^Cannot start [^ ]*no-python: spawn .*ENOENT\.$/);
});
