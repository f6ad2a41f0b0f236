import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { startModelServer } from "../fixtures/model-server.ts";
import { filesOf, paidIn, sameAgain, sayings } from "../fixtures/sharded-run.ts";
import { descendants, kill, processesWith } from "../fixtures/processes.ts";
import { runArguments, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

const venv = fileURLToPath(new URL("../../.venvs/ray", import.meta.url));
const python = process.env["SYSGEN_RAY_PYTHON"] ?? join(venv, "bin", "python");
const bin = join(python, "..");
const inFlight = 8;
const rows = 240;

/** Makes the environment once. Ray is 384 MB. @returns Why it cannot be made. */
function whyNoRay(): string | undefined {
  const hasRay = (): boolean => existsSync(python) && spawnSync(python, ["-c", "import ray"]).status === 0;
  if (hasRay()) return undefined;
  if (process.env["SYSGEN_RAY_PYTHON"] !== undefined) return `${python} has no ray`;
  const made = spawnSync("python3", ["-m", "venv", venv]);
  if (made.status !== 0) return `no venv could be made: ${String(made.stderr)}`;
  const installed = spawnSync(join(bin, "pip"), ["install", "--quiet", "ray[default]==2.60.0"], { encoding: "utf8" });
  return hasRay() ? undefined : `pip could not install Ray: ${installed.stderr.slice(-300)}`;
}

/** A Ray of a head without CPUs and two nodes of one CPU each, at addresses of loopback. */
async function startRay(folder: string): Promise<AsyncDisposable & { readonly env: NodeJS.ProcessEnv; loseNode(index: number): void }> {
  const env = {
    ...process.env,
    // A job's driver takes its Python from here.
    PATH: `${bin}:${process.env["PATH"] ?? ""}`,
    OPENAI_API_KEY: "",
    RAY_USAGE_STATS_ENABLED: "0",
    // The loss of a node is seen after some 10 seconds.
    RAY_health_check_initial_delay_ms: "5000",
    RAY_health_check_period_ms: "1000",
    RAY_health_check_failure_threshold: "10",
  };
  const started: ChildProcess[] = [];
  /** Resolves to the log of a node that ended, and to undefined once it is up. */
  const start = async (name: string, args: readonly string[]): Promise<string | undefined> => {
    const path = join(folder, `${name}.log`);
    const log = openSync(path, "w");
    const common = ["--object-store-memory=80000000", "--disable-usage-stats", "--block"];
    const child = spawn(join(bin, "ray"), ["start", ...args, ...common], { env, stdio: ["ignore", log, log], detached: true });
    started.push(child);
    while (child.exitCode === null) {
      if (readFileSync(path, "utf8").includes("Ray runtime started")) return undefined;
      await setTimeout(200);
    }
    started.pop();
    return readFileSync(path, "utf8");
  };
  const end = (child: ChildProcess): void => {
    for (const pid of child.pid === undefined ? [] : [child.pid, ...descendants(child.pid)]) kill(pid, "SIGKILL");
  };
  const endAll = (): void => started.toReversed().forEach(end);
  // On a busy machine a node may take longer than Ray waits for it.
  const startSurely = async (name: string, args: readonly string[]): Promise<void> => {
    let why = await start(name, args);
    for (let again = 0; why !== undefined && again < 3; again++) why = await start(name, args);
    if (why === undefined) return;
    endAll();
    throw new Error(`Ray did not start: ${why.slice(-2000)}`);
  };
  // Ray puts the machine's outer address in place of 127.0.0.1, and leaves the others of loopback.
  const head = ["--head", "--port=6399", "--node-ip-address=127.0.0.2", "--num-cpus=0", "--ray-client-server-port=20021"];
  await startSurely("head", [...head, `--temp-dir=${join(folder, "t")}`, "--dashboard-host=127.0.0.1", "--dashboard-port=8265"]);
  // One after another: two that start at once take the same port.
  for (const node of [1, 2]) {
    const address = ["--address=127.0.0.2:6399", `--node-ip-address=127.0.0.${node + 2}`];
    await startSurely(`n${node}`, [...address, "--num-cpus=1", `--dashboard-agent-listen-port=${52_365 + node}`]);
  }
  return {
    env: { ...env, RAY_ADDRESS: "http://127.0.0.1:8265" },
    loseNode: (index) => {
      const node = started[index];
      if (node !== undefined) end(node);
    },
    async [Symbol.asyncDispose]() {
      endAll();
      await setTimeout(500);
    },
  };
}

const reason = whyNoRay();
describe.skipIf(reason !== undefined)(`a real Ray of two nodes${reason === undefined ? "" : ` (${reason})`}`, () => {
  test("8 shards are one process, through the loss of a process, of its worker and of a node", async () => {
    // Sockets have short paths.
    const short = mkdtempSync(join(tmpdir(), "r-"));
    await using folder = await temporaryFolder();
    await using server = await startModelServer(async (call) => {
      await setTimeout(100);
      return sameAgain(call);
    });
    const input = await folder.jsonl("rows.jsonl", sayings(rows));
    const config = await folder.file("sysgen.yaml", "verify:\n  calibrationRows: 6\n");
    const [one, out] = [join(folder.path, "one"), join(folder.path, "out")];
    const flags = ["--config", config, "--concurrency", String(inFlight)];
    const alone = sysgen(runArguments(input, server, one, ...flags));
    await using ray = await startRay(short);
    expect((await alone).code).toBe(0);
    const billed = server.billed.length;
    const planned = await sysgen([
      "shards",
      ...runArguments(input, server, out, ...flags).slice(1),
      "--shards",
      "8",
      "--on",
      "ray",
      "--json",
    ]);
    const { start } = JSON.parse(planned.stdout) as { start: string };
    const job = spawn("bash", ["-c", start], { env: ray.env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    job.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    job.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const code = new Promise<number | null>((resolve) => job.on("close", resolve));

    let kills = 0;
    const atWork = async (): Promise<number> => {
      for (let look = 0; look < 300 && job.exitCode === null; look++) {
        const [pid] = processesWith(`--out ${out}`);
        const before = server.billed.length;
        await setTimeout(1_000);
        if (pid !== undefined && server.billed.length > before) return pid;
      }
      throw new Error(`no task is at work: ${said}`);
    };
    process.kill(await atWork(), "SIGKILL");
    kills++;
    const worker = Number(
      readFileSync(`/proc/${await atWork()}/stat`, "utf8")
        .split(") ")[1]
        ?.split(" ")[1],
    );
    process.kill(worker, "SIGKILL");
    kills++;
    await atWork();
    ray.loseNode(2);
    kills++;
    expect(await code, said).toBe(0);
    const again = server.billed.length - 2 * billed;
    console.log(`${billed} calls by one process; by 8 shards ${again} more after ${kills} kills with ${inFlight} in flight`);
    expect(again).toBeLessThanOrEqual(kills * inFlight);
    const paid = await paidIn(out);
    expect(new Set(paid).size).toBe(paid.length);
    const before = server.billed.length;
    const merged = await sysgen(["merge", out, "--json"]);
    expect(JSON.parse(merged.stdout)).toMatchObject({ state: "finished", unfinished: [], rows: { in: rows } });
    expect(server.billed.length).toBe(before);
    expect(await filesOf(out)).toBe(await filesOf(one));
    rmSync(short, { recursive: true, force: true });
  });
});
