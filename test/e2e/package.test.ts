import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { startModelServer } from "../fixtures/model-server.ts";
import { temporaryFolder, type Folder } from "../fixtures/sysgen.ts";

// The package as npm packs it, in an empty folder with what npm installs beside it and nothing
// else. The packages are copied, because tests have no network.

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const installed = join(root, "node_modules");
const packageSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const readPackage = (folder: string) => packageSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));

/** Names of the packages that a user gets, with what they need. */
function closureOf(names: readonly string[], withOptional: boolean, found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name) || !existsSync(join(installed, name))) continue;
    found.add(name);
    const { dependencies, optionalDependencies } = readPackage(join(installed, name));
    closureOf(Object.keys(withOptional ? { ...dependencies, ...optionalDependencies } : dependencies), withOptional, found);
  }
  return found;
}

const bytesOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

let folder: Folder;
beforeAll(async () => {
  folder = await temporaryFolder();
  await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder.path], { cwd: root });
});
afterAll(() => folder[Symbol.asyncDispose]());

/** Makes a folder with the package in it, as `npm install sysgen` does. */
async function install(name: string, withOptional: boolean): Promise<string> {
  const app = join(folder.path, name);
  const own = join(app, "node_modules", "sysgen");
  await mkdir(own, { recursive: true });
  const tarball = readdirSync(folder.path).find((file) => file.endsWith(".tgz")) ?? "";
  await run("tar", ["xzf", join(folder.path, tarball), "--strip-components=1", "-C", own]);
  const { dependencies, optionalDependencies } = readPackage(own);
  const wanted = Object.keys(withOptional ? { ...dependencies, ...optionalDependencies } : dependencies);
  for (const each of closureOf(wanted, withOptional)) {
    mkdirSync(join(app, "node_modules", each, ".."), { recursive: true });
    cpSync(join(installed, each), join(app, "node_modules", each), { recursive: true });
  }
  await writeFile(join(app, "package.json"), '{"type": "module"}');
  return app;
}

describe.each([
  ["with optional packages", true],
  ["with --omit=optional", false],
] as const)("the packed program %s", (_, withOptional) => {
  let app: string;
  let cli: string;
  beforeAll(async () => {
    app = await install(withOptional ? "all" : "least", withOptional);
    cli = join(app, "node_modules", "sysgen", "dist", "cli", "main.js");
  });

  test("has what its README leads to", () => {
    const own = join(app, "node_modules", "sysgen");
    const links = [...readFileSync(join(own, "README.md"), "utf8").matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((path) => !existsSync(join(own, path)))).toEqual([]);
  });

  test("is under 60 MB", () => expect(bytesOf(app)).toBeLessThan(60_000_000));

  test("runs on a server, and says how to get the engine", async () => {
    await using server = await startModelServer();
    const input = join(app, "rows.jsonl");
    await writeFile(input, `${JSON.stringify({ instruction: "Why is the sky blue?", output: "Air scatters blue light." })}\n`);
    const env = { ...process.env, SYSGEN_CACHE: join(app, "cache"), SYSGEN_OFFLINE: "1" };
    const args = ["run", input, "--constrain", "none", "--out", join(app, "run"), "--quiet"];
    await run(process.execPath, [cli, ...args, "--model", "m", "--base-url", server.url], { cwd: app, env });
    expect(readFileSync(join(app, "run", "dataset.jsonl"), "utf8").split("\n")).toHaveLength(2);
    const inProcess = run(process.execPath, [cli, "run", input, "--out", join(app, "other"), "--quiet"], { cwd: app, env });
    await expect(inProcess).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/npm install .*node-llama-cpp/) });
  });

  test("asks with a prompt of one's own", async () => {
    await using server = await startModelServer();
    await run(process.execPath, [cli, "prompts", "--write", "prompts"], { cwd: app });
    const settings = {
      input: "rows.jsonl",
      out: "prompted",
      model: "m",
      baseUrl: server.url,
      respond: { instructions: "prompts/respond-instructions.liquid" },
    };
    await writeFile(
      join(app, "rows.jsonl"),
      `${JSON.stringify({ instruction: "Why is the sky blue?", output: "Air scatters blue light." })}\n`,
    );
    await writeFile(join(app, "run.json"), JSON.stringify(settings));
    await run(process.execPath, [cli, "run", "--config", "run.json", "--constrain", "none", "--quiet"], { cwd: app });
    expect(readFileSync(join(app, "prompted", "dataset.jsonl"), "utf8").split("\n")).toHaveLength(2);
  });

  test("shows a run in the browser", async () => {
    const viewing = run(process.execPath, [cli, "view", join(app, "run"), "--no-open", "--port", "0"], { cwd: app, timeout: 30_000 });
    const address = await new Promise<string>((resolve, reject) => {
      let said = "";
      viewing.child.stdout?.on("data", (text: string) => {
        said += text;
        const [found] = /http:\/\/\S+/.exec(said) ?? [];
        if (found !== undefined) resolve(found);
      });
      viewing.child.once("exit", () => reject(new Error(said)));
    });
    expect(await (await fetch(address)).text()).toMatch(/<script|<title/);
    viewing.child.kill("SIGINT");
    await viewing.catch(() => undefined);
  });
});

test("the library has its types, and needs no others", { timeout: 120_000 }, async () => {
  const app = join(folder.path, "all");
  await writeFile(
    join(app, "use.ts"),
    'import { generate, resolveConfig, runPipeline, type RunSummary } from "sysgen";\nconst run: (config: ReturnType<typeof resolveConfig>) => Promise<RunSummary> = runPipeline;\nexport { generate, run };\n',
  );
  const tsc = join(installed, "typescript", "bin", "tsc");
  const flags = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2023", "--types", ""];
  const { stdout } = await run(process.execPath, [tsc, ...flags, "use.ts"], { cwd: app }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe("");
});
