import { execFile } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startModelServer } from "../fixtures/model-server.ts";
import { temporaryFolder, type Folder } from "../fixtures/sysgen.ts";
import { writeTinyGguf } from "../fixtures/tiny-gguf.ts";

// What a user does with the package: npm installs it and its dependencies from the registry into an
// empty folder. test/e2e/package.test.ts does the same without network, from packages that are
// installed here.

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const mostBytes = 60_000_000;

const bytesOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

let folder: Folder;
let tarball: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  const { stdout } = await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder.path], { cwd: root });
  tarball = join(folder.path, stdout.trim());
});
afterAll(() => folder[Symbol.asyncDispose]());

/** An empty folder with the package and a dataset of one row, and the program in it. */
async function install(name: string, flags: readonly string[]): Promise<{ app: string; sysgen: Sysgen }> {
  const app = join(folder.path, name);
  await mkdir(app);
  await writeFile(join(app, "package.json"), '{"private": true}');
  await run("npm", ["install", "--no-audit", "--no-fund", ...flags, tarball], { cwd: app });
  await writeFile(join(app, "rows.jsonl"), '{"instruction": "Why is the sky blue?", "output": "Air scatters blue light."}\n');
  const env = { ...process.env, SYSGEN_CACHE: join(folder.path, "cache") };
  return { app, sysgen: (args) => run(join(app, "node_modules", ".bin", "sysgen"), args, { cwd: app, env }) };
}

type Sysgen = (args: string[]) => Promise<{ stdout: string; stderr: string }>;

test.each([
  ["all", []],
  ["least", ["--omit=optional"]],
] as const)("npm install (%s) is small and runs on a server", async (name, flags) => {
  const { app, sysgen } = await install(name, flags);
  const bytes = bytesOf(app);
  console.log(`npm install ${flags.join(" ")}: ${(bytes / 1e6).toFixed(1)} MB`);
  expect(bytes).toBeLessThan(mostBytes);
  await using server = await startModelServer();
  await sysgen(["run", "rows.jsonl", "--model", "m", "--base-url", server.url, "--constrain", "none", "--out", "run", "--quiet"]);
  expect(readFileSync(join(app, "run", "dataset.jsonl"), "utf8").split("\n")).toHaveLength(2);
});

test("the command that the error names installs the engine, and a model of one's own loads", async () => {
  const { app, sysgen } = await install("embedded", []);
  const model = join(app, "tiny.gguf");
  await writeTinyGguf(model);
  const args = ["run", "rows.jsonl", "--model", model, "--out", "run", "--quiet"];
  const { stderr } = await sysgen(args).then(
    () => ({ stderr: "the engine was there already" }),
    (error: { stderr: string }) => error,
  );
  const [, command = stderr] = /Install it with: (npm install .+?) — or/.exec(stderr) ?? [];
  expect(command).toMatch(/^npm install --prefix /);
  await run("sh", ["-c", command], { cwd: app });
  console.log(`the engine: ${(bytesOf(join(folder.path, "cache")) / 1e6).toFixed(1)} MB`);
  // Random weights write nothing that is kept. The run ends all the same, with its rows accounted
  // for.
  const ended = await sysgen(args).then(
    () => ({ code: 0, stderr: "" }),
    (error: { code: number; stderr: string }) => error,
  );
  expect([0, 4]).toContain(ended.code);
});
