import { spawn, spawnSync } from "node:child_process";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import { exitCodes } from "../../cli/exit-codes.ts";
import { engines } from "./index.ts";
import { lockWaitSeconds, pausesS, type ScriptFacts } from "./engine.ts";

const facts: ScriptFacts = {
  out: "/data/my run's",
  shards: 3,
  program: ["/opt/node", "/opt/main.js"],
  model: "M",
  baseUrls: ["http://localhost:8001/v1"],
  codes: exitCodes,
};
const { usage, budget, nothing, inUse, outage, someFailed, interrupted } = exitCodes;
const scriptOf = (name: string, more: Partial<ScriptFacts> = {}): string => {
  const engine = engines.find((known) => known.name === name);
  if (engine === undefined) throw new Error(`no engine ${name}`);
  const script = engine.script({ ...facts, ...more });
  const [inShell, inPython] = [pausesS.join(" "), pausesS.join(", ")];
  return more.program === undefined ? script : script.replace(inShell, "0 0 0 0 0").replace(inPython, "0, 0, 0, 0, 0");
};

/** A program in place of sysgen. It notes its shard, and ends with the codes of a file in turn. */
async function standIn(folder: Folder, codes: readonly number[]): Promise<string> {
  await folder.file("codes", codes.join("\n"));
  const path = await folder.file(
    "sysgen",
    `#!/bin/bash
echo "$*" >> ${folder.path}/calls
code=$(head -1 ${folder.path}/codes); sed -i 1d ${folder.path}/codes
[ "$code" = 99 ] && { trap 'echo got TERM >> ${folder.path}/calls; exit 130' TERM; kill -TERM $PPID; sleep 5 </dev/null >/dev/null 2>&1 & wait $!; }
exit "\${code:-0}"
`,
  );
  await chmod(path, 0o755);
  return path;
}

describe("a task of Slurm", () => {
  test.each([
    ["ends well", [0], 0, 1],
    ["has no row in the dataset", [nothing], 0, 1],
    ["dies once", [137, 0], 0, 2],
    ["finds another process at work in its shard", [inUse, 0], 0, 2],
    ["lacks its server for a while", [outage, outage, outage, outage, 0], 0, 5],
    ["lacks its server", [outage, outage, outage, outage, outage, outage, 0], outage, 6],
    ["has rows that fail at first", [someFailed, 0], 0, 2],
    ["has rows that fail each time", [someFailed, outage, someFailed, 0], someFailed, 3],
    ["is used wrongly", [usage, 0], usage, 1],
    ["has spent its budget", [budget, 0], budget, 1],
    ["is told to end, and lets sysgen end", [99, 0], interrupted, 1],
  ])("that %s", async (_, codes, ending, times) => {
    await using folder = await temporaryFolder();
    const script = await folder.file("slurm.sh", scriptOf("slurm", { out: folder.path, program: [await standIn(folder, codes)] }));
    expect(spawnSync("bash", [script]).status).toBe(ending);
    const calls = (await readFile(join(folder.path, "calls"), "utf8")).trim().split("\n");
    expect(calls.filter((line) => line === `run --shard env --out ${folder.path} --wait-for-lock ${lockWaitSeconds} --quiet`)).toHaveLength(
      times,
    );
    expect(calls.includes("got TERM")).toBe(ending === interrupted);
  });

  test.each(["bash", "sh"])("that is told to end while it pauses ends at once, in %s", async (shell) => {
    await using folder = await temporaryFolder();
    const sleepy = scriptOf("slurm", { out: folder.path, program: [await standIn(folder, [outage])] }).replace("in 0 0", "in 600 0");
    const task = spawn(shell, [await folder.file("slurm.sh", sleepy)]);
    const ended = new Promise((resolve) => void task.on("close", resolve));
    await new Promise((resolve) => void task.stderr.on("data", resolve));
    task.kill("SIGTERM");
    expect(await ended).toBe(outage);
  });

  test("names the port of the machine's own server", () => {
    expect(scriptOf("slurm")).toContain("# vllm serve M --port 8001 & server=$!");
    expect(scriptOf("slurm", { baseUrls: ["http://gpu1:8000/v1"] })).toContain("--port 8000 &");
    expect(scriptOf("slurm")).toContain("#SBATCH --array=1-3\n");
    expect(scriptOf("slurm")).toContain(`--output="/data/my run's/shards/log-%a.txt"\n`);
  });
});

test.each(["2", "0", ""])("processes of this machine, %j at once, take each shard once, also without nproc", async (atOnce) => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "shards"));
  await chmod(await folder.file("nproc", "#!/bin/sh\nexit 127\n"), 0o755);
  const script = await folder.file("local.sh", scriptOf("local", { out: folder.path, program: [await standIn(folder, [0, 0, nothing])] }));
  expect(
    spawnSync("bash", [script], { env: { ...process.env, PATH: `${folder.path}:${process.env["PATH"]}`, AT_ONCE: atOnce } }).status,
  ).toBe(0);
  const calls = (await readFile(join(folder.path, "calls"), "utf8")).trim().split("\n");
  expect(new Set(calls.map((line) => line.split(" ")[2]))).toEqual(new Set(["1/3", "2/3", "3/3"]));
});

describe("a pod of Kubernetes", () => {
  test.each([
    ["ends well", [0], 0],
    ["has no row in the dataset", [nothing], 0],
    ["lacks its server for a while", [outage, 0], 0],
    ["has rows that fail", [someFailed, someFailed], someFailed],
    ["is used wrongly", [usage], usage],
    ["is told to end, and lets sysgen end", [99], interrupted],
  ])("that %s ends with a code by which the Job goes on or ends", async (_, codes, ending) => {
    await using folder = await temporaryFolder();
    await standIn(folder, codes);
    const [word = "", ...words] = podCommand(folder.path);
    const env = { ...process.env, PATH: `${folder.path}:${process.env["PATH"]}` };
    expect(spawnSync(word, words, { env }).status).toBe(ending);
    const calls = await readFile(join(folder.path, "calls"), "utf8");
    expect(calls).toContain(`run --shard env --out ${folder.path} `);
    expect(calls.includes("got TERM")).toBe(ending === interrupted);
  });
});

/** What a pod of the Job runs. */
function podCommand(out: string): string[] {
  const container = z.object({ command: z.array(z.string()) });
  const job = z.object({ spec: z.object({ template: z.object({ spec: z.object({ containers: z.tuple([container]) }) }) }) });
  return job.parse(parse(scriptOf("kubernetes", { out, program: [] }))).spec.template.spec.containers[0].command;
}

/** Ray of one machine. A task runs where its result is asked for, and again where it raises. */
const rayStandIn = `
def init(): pass

def remote(max_retries, retry_exceptions, **_):
    def task(function):
        class Task:
            @staticmethod
            def remote(*given):
                return function, given, max_retries if retry_exceptions else 0
        return Task
    return task

def wait(left):
    return left[:1], left[1:]

def get(task):
    function, given, retries = task
    while True:
        try:
            return function(*given)
        except Exception:
            if retries == 0: raise
            retries -= 1
`;

test.skipIf(spawnSync("python3", ["--version"]).status !== 0)(
  "tasks of Ray are run again when they end badly, and one without a row in the dataset is well",
  async () => {
    const run = async (codes: readonly number[]): Promise<[ending: number | null, calls: number]> => {
      await using folder = await temporaryFolder();
      await mkdir(join(folder.path, "shards"));
      await folder.file("ray.py", rayStandIn);
      const script = await folder.file("shards.py", scriptOf("ray", { out: folder.path, program: [await standIn(folder, codes)] }));
      const { status } = spawnSync("python3", [script]);
      return [status, (await readFile(join(folder.path, "calls"), "utf8")).trim().split("\n").length];
    };
    expect(await run([0, nothing, 0])).toEqual([0, 3]);
    expect(await run([0, someFailed, 0, inUse, 0])).toEqual([0, 5]);
    expect(await run([0, outage, outage, outage, 0, someFailed, someFailed])).toEqual([someFailed, 7]);
    expect(await run([0, budget, 0])).toEqual([budget, 3]);
    expect(await run([0, usage, nothing])).toEqual([usage, 3]);
  },
);

test("Jobs of two run directories have two names, which are those of a host", () => {
  const outs = ["/runs/big", "/other/big", "/runs/Über_lange.Namen--".repeat(5), "/runs/数据"];
  const names = outs.map((out) => /^ {2}name: (\S+)/m.exec(scriptOf("kubernetes", { out }))?.[1]);
  expect(new Set(names).size).toBe(outs.length);
  for (const name of names) expect(name).toMatch(/^(?=.{1,52}$)[a-z0-9]+(?:-[a-z0-9]+)*$/);
});

test("Kubernetes has a Job with an index for each shard, and no retry of what would come again", () => {
  const job = z
    .object({
      spec: z.object({ completions: z.number(), completionMode: z.string(), podFailurePolicy: z.unknown(), template: z.unknown() }),
    })
    .parse(parse(scriptOf("kubernetes")));
  expect(job.spec).toMatchObject({
    completionMode: "Indexed",
    completions: 3,
    podFailurePolicy: { rules: [{ action: "Ignore" }, { action: "FailIndex", onExitCodes: { values: [someFailed, usage, budget] } }] },
    template: {
      spec: { restartPolicy: "Never", containers: [{ command: ["sh", "-c", expect.stringContaining(`--out '/data/my run'\\''s'`)] }] },
    },
  });
});
