import { spawn } from "node:child_process";
import { createWriteStream, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { rowLine } from "./replies.mjs";
import { onEnd } from "./temporary.mjs";

const here = (name) => new URL(name, import.meta.url).pathname;
export const cli = here("../dist/cli/main.js");

/** Writes a dataset of `count` rows once per folder. Returns its path. */
export async function rowsFile(folder, count) {
  const path = join(folder, `rows-${count}.jsonl`);
  if (existsSync(path)) return path;
  const file = createWriteStream(path);
  for (let index = 0; index < count; index++) if (!file.write(rowLine(index))) await new Promise((resolve) => file.once("drain", resolve));
  file.end();
  await finished(file);
  return path;
}

/**
 * Runs a program in a process of its own until it ends. Returns what it wrote, and the CPU time and
 * peak memory of the program and its children.
 * @param started Called with the child process.
 */
export async function measured(folder, args, { env = {}, started } = {}) {
  const usageFile = join(folder, "usage");
  const child = spawn(process.execPath, ["--import", here("report-usage.mjs"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, OPENAI_API_KEY: undefined, SYSGEN_BENCH_USAGE: usageFile, ...env },
  });
  const forget = onEnd(() => child.kill("SIGKILL"));
  const [out, err] = [child.stdout, child.stderr].map((stream) => {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    return chunks;
  });
  const begun = performance.now();
  started?.(child);
  const { code, signal } = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  forget();
  const lines = existsSync(usageFile)
    ? readFileSync(usageFile, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
  rmSync(usageFile, { force: true });
  const total = (key) => lines.reduce((sum, line) => sum + line[key], 0);
  return {
    code,
    signal,
    seconds: (performance.now() - begun) / 1000,
    cpuMs: total("cpuMs"),
    peakMB: total("peakMB"),
    out: Buffer.concat(out).toString(),
    err: Buffer.concat(err).toString(),
  };
}

/**
 * Runs the real command line on a dataset. The caller judges exit codes such as 1 by `summary`. A
 * run that was killed has no summary.
 */
export async function runSysgen(folder, { rows, server, inFlight, out = join(folder, "run"), started, env }) {
  const urls = server.urls.flatMap((url) => ["--base-url", url]);
  const options = ["--model", "m", "--preset", "paper", ...urls, "--out", out, "--concurrency", String(inFlight), "--quiet", "--json"];
  const { out: said, err, ...cost } = await measured(folder, [cli, "run", rows, ...options], { started, env });
  if (cost.signal === "SIGKILL") return cost;
  if (!said.startsWith("{")) throw new Error(`sysgen ended with ${cost.code ?? cost.signal}: ${err || said}`);
  return { ...cost, err, summary: JSON.parse(said) };
}

async function runFloorClient(folder, client, rows, args) {
  const answers = join(folder, "answers.jsonl");
  const { err, ...cost } = await measured(folder, [here(client), rows, answers, ...args]);
  rmSync(answers, { force: true });
  if (cost.code !== 0) throw new Error(`the floor ended with ${cost.code ?? cost.signal}: ${err}`);
  return cost;
}

export function runFloor(folder, { rows, server, inFlight }) {
  return runFloorClient(folder, "floor.mjs", rows, [server.urls[0], String(inFlight)]);
}

/** @param lanes How many calls each endpoint takes at once. */
export function runPoolFloor(folder, { rows, server, lanes }) {
  const pools = lanes.map((count, index) => `${server.urls[index]}=${count}`);
  return runFloorClient(folder, "floor-pool.mjs", rows, pools);
}

/** CPU time in ms of a start that makes no call. */
export async function emptyStarts(folder) {
  const none = await rowsFile(folder, 0);
  const floor = await runFloor(folder, { rows: none, server: { urls: ["http://127.0.0.1:9/v1"] }, inFlight: 1 });
  const sysgen = await measured(folder, [cli, "--version"]);
  return { floor: floor.cpuMs, sysgen: sysgen.cpuMs };
}
