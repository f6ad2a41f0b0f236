import { spawnSync } from "node:child_process";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import { engines } from "./index.ts";
import type { ScriptFacts } from "./engine.ts";

const facts: ScriptFacts = {
  out: "/data/my run's",
  shards: 3,
  program: ["/opt/node", "/opt/main.js"],
  model: "M",
  baseUrls: ["http://localhost:8001/v1"],
};
const scriptOf = (name: string, more: Partial<ScriptFacts> = {}): string => {
  const engine = engines.find((known) => known.name === name);
  if (engine === undefined) throw new Error(`no engine ${name}`);
  return engine.script({ ...facts, ...more });
};

/** A program in place of sysgen. It notes its shard, and ends with the codes of a file in turn. */
async function standIn(folder: Folder, codes: readonly number[]): Promise<string> {
  await folder.file("codes", codes.join("\n"));
  const path = await folder.file(
    "sysgen",
    `#!/bin/bash
echo "$*" >> ${folder.path}/calls
code=$(head -1 ${folder.path}/codes); sed -i 1d ${folder.path}/codes
[ "$code" = 99 ] && { trap 'echo got TERM >> ${folder.path}/calls; exit 130' TERM; kill -TERM $PPID; sleep 5 & wait $!; }
exit "\${code:-0}"
`,
  );
  await chmod(path, 0o755);
  return path;
}

describe("a task of Slurm", () => {
  test.each([
    ["ends well", [0], 0, 1],
    ["has no row in the dataset", [4], 0, 1],
    ["dies once", [137, 0], 0, 2],
    ["fails each time", [1, 1, 1, 0], 1, 3],
    ["is used wrongly", [2, 0], 2, 1],
    ["has spent its budget", [3, 0], 3, 1],
    ["is told to end, and lets sysgen end", [99, 0], 130, 1],
  ])("that %s", async (_, codes, ending, times) => {
    await using folder = await temporaryFolder();
    const script = await folder.file("slurm.sh", scriptOf("slurm", { out: folder.path, program: [await standIn(folder, codes)] }));
    expect(spawnSync("bash", [script]).status).toBe(ending);
    const calls = (await readFile(join(folder.path, "calls"), "utf8")).trim().split("\n");
    expect(calls.filter((line) => line === `run --shard env --out ${folder.path} --wait-for-lock 60 --quiet`)).toHaveLength(times);
    expect(calls.includes("got TERM")).toBe(ending === 130);
  });

  test("names the port of the machine's own server", () => {
    expect(scriptOf("slurm")).toContain("# vllm serve M --port 8001 & server=$!");
    expect(scriptOf("slurm", { baseUrls: ["http://gpu1:8000/v1"] })).toContain("--port 8000 &");
    expect(scriptOf("slurm")).toContain("#SBATCH --array=1-3\n");
  });
});

test("processes of this machine take each shard once", async () => {
  await using folder = await temporaryFolder();
  await mkdir(join(folder.path, "shards"));
  const script = await folder.file("local.sh", scriptOf("local", { out: folder.path, program: [await standIn(folder, [0, 0, 4])] }));
  expect(spawnSync("bash", [script], { env: { ...process.env, AT_ONCE: "2" } }).status).toBe(0);
  const calls = (await readFile(join(folder.path, "calls"), "utf8")).trim().split("\n");
  expect(new Set(calls.map((line) => line.split(" ")[2]))).toEqual(new Set(["1/3", "2/3", "3/3"]));
});

test("Kubernetes has a Job with an index for each shard, and no retry of usage and budget", () => {
  const job = z
    .object({
      spec: z.object({ completions: z.number(), completionMode: z.string(), podFailurePolicy: z.unknown(), template: z.unknown() }),
    })
    .parse(parse(scriptOf("kubernetes")));
  expect(job.spec).toMatchObject({
    completionMode: "Indexed",
    completions: 3,
    podFailurePolicy: { rules: [{ action: "Ignore" }, { action: "FailIndex", onExitCodes: { values: [2, 3] } }] },
    template: {
      spec: { restartPolicy: "Never", containers: [{ command: ["sh", "-c", expect.stringContaining(`--out '/data/my run'\\''s'`)] }] },
    },
  });
});
