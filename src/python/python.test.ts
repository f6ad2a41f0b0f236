import { chmod, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { devNull } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakePython } from "../../test/fixtures/fake-python.ts";
import { temporaryFolder, type Folder } from "../../test/fixtures/sysgen.ts";
import { checkPython } from "./check-python.ts";
import { environmentFolder } from "./environment-folder.ts";
import { findPython } from "./find-python.ts";
import { installPython } from "./install.ts";
import { lockedVersions, otherVersions } from "./locked-versions.ts";

let folder: Folder;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => folder[Symbol.asyncDispose]());

/** A `uv` that makes an environment with the fake Python, and notes its arguments. */
const fakeUv = (python: string): string => `#!${process.execPath}
const fs = require("node:fs"), path = require("node:path");
const args = process.argv.slice(2);
if (args[0] === "--version") { console.log(process.env.FAKE_UV === "old" ? "uv 0.4.30 (61ed2a236 2024-11-04)" : "uv 0.13.9"); process.exit(0); }
fs.appendFileSync(path.join(__dirname, "uv-args"), args.join(" ") + "\\n");
if (args[0] === "venv") {
  fs.mkdirSync(path.join(args.at(-1), "bin"), { recursive: true });
  fs.copyFileSync(${JSON.stringify(python)}, path.join(args.at(-1), "bin", "python"));
}
if (args.includes("cpu") && process.env.FAKE_UV === "no-cpu-index") { console.error("error: cannot reach the index"); process.exit(2); }
if (args.includes("cpu")) fs.mkdirSync(path.join(path.dirname(args[args.indexOf("--python") + 1]), "../lib/python3.11/site-packages/torch-2.15.0+cpu.dist-info"), { recursive: true });
if (args.includes("-r")) {
  if (process.env.FAKE_UV === "broken-off") { console.error("error: Failed to fetch torch\\n  Caused by: connection reset"); process.exit(1); }
  fs.copyFileSync(args[args.indexOf("-r") + 1], path.join(__dirname, "requirements"));
  console.error("Downloading torch (500 MiB)\\nInstalled 99 packages in 3s");
}
`;

interface Machine {
  readonly env: Record<string, string | undefined>;
  readonly asked: () => Promise<string>;
  readonly requirements: string;
  readonly notices: string[];
  readonly install: (build: "cpu" | "gpu", more?: Record<string, string>, freeBytes?: number) => ReturnType<typeof installPython>;
}

async function machine(name: string): Promise<Machine> {
  const home = join(folder.path, name);
  await mkdir(join(home, "bin"), { recursive: true });
  const python = await fakePython(home);
  await writeFile(join(home, "bin", "uv"), fakeUv(python));
  await chmod(join(home, "bin", "uv"), 0o755);
  const env = { PATH: join(home, "bin"), SYSGEN_CACHE: join(home, "cache") };
  const notices: string[] = [];
  return {
    env,
    notices,
    asked: () => readFile(join(home, "bin", "uv-args"), "utf8"),
    requirements: join(home, "bin", "requirements"),
    install: (build, more = {}, freeBytes = 1e12) =>
      installPython({ build, env: { ...env, ...more }, onNotice: (text) => notices.push(text), freeBytes: async () => freeBytes }),
  };
}

test("an environment is installed out of the lock, and found once it is whole", async () => {
  const { env, install, asked, notices, requirements } = await machine("gpu");
  expect(() => findPython({ named: undefined, env })).toThrow('Run "sysgen python install" once');
  await expect(install("gpu", { FAKE_UV: "broken-off" })).rejects.toThrow(
    /could not be installed: error: Failed to fetch torch.*goes on with what has come.*install\.log/,
  );
  expect(() => findPython({ named: undefined, env })).toThrow("its installation was broken off");
  const facts = await install("gpu");
  expect(facts).toMatchObject({ python: "3.11.7", others: [] });
  expect(findPython({ named: undefined, env })).toBe(join(environmentFolder(env), "bin", "python"));
  expect(await asked()).toContain("--require-hashes");
  expect(notices).toContain("Downloading torch (500 MiB)");
  expect(await readFile(requirements, "utf8")).toMatch(/^nvidia-cublas==/m);
  const before = await asked();
  await install("gpu");
  expect(await asked()).toBe(before);
});

test("for a CPU, PyTorch comes from its own index, else with CUDA", async () => {
  const own = await machine("cpu");
  await own.install("cpu");
  expect(await own.asked()).toMatch(/--torch-backend cpu torch==2\.15\.0/);
  const locked = await readFile(own.requirements, "utf8");
  expect(locked).not.toMatch(/^(?:torch==|nvidia-|triton==)/m);
  expect(locked).toMatch(/^transformers==5\.24\.0/m);
  const other = await machine("no-index");
  await other.install("cpu", { FAKE_UV: "no-cpu-index" });
  expect(other.notices.join()).toContain("cannot be had from PyTorch's own index (error: cannot reach the index): taking the build");
  expect(await readFile(other.requirements, "utf8")).toMatch(/^torch==/m);
});

test("a build for GPUs takes the place of one for CPUs, and does its work", async () => {
  const { env, install, asked, notices, requirements } = await machine("both");
  await install("cpu");
  await install("gpu", { FAKE_UV: "broken-off" }).catch(() => undefined);
  expect(() => findPython({ named: undefined, env })).toThrow("broken off");
  await install("gpu");
  expect((await asked()).trim().split("\n").at(-1)).toContain("--reinstall-package torch --require-hashes");
  expect(await readFile(requirements, "utf8")).toMatch(/^torch==/m);
  const before = await asked();
  await install("cpu");
  expect(await asked()).toBe(before);
  expect(notices.at(-1)).toBe("The environment has PyTorch's build for GPUs, which computes on a CPU too.");
});

test("what is missing on the disk is told, also when a larger build is taken", async () => {
  const { env, install, asked } = await machine("small");
  await expect(install("gpu", {}, 5e9)).rejects.toThrow(/^7\.0 GB are needed in \S+, and 5\.0 GB are free\./);
  await expect(install("cpu", { FAKE_UV: "no-cpu-index" }, 5e9)).rejects.toThrow(/^7\.0 GB are needed/);
  expect(await asked()).not.toContain("-r ");
  await mkdir(environmentFolder(env), { recursive: true });
  await writeFile(join(environmentFolder(env), "came"), Buffer.alloc(2e8));
  await expect(install("gpu", {}, 5e9)).rejects.toThrow(/^6\.8 GB are needed/);
});

test("an environment in which a package cannot be imported is not taken for whole", async () => {
  const { env, install } = await machine("broken");
  await expect(install("gpu", { FAKE_PYTHON: "broken" })).rejects.toThrow(/trl cannot be imported: no such symbol/);
  expect(() => findPython({ named: undefined, env })).toThrow("broken off");
});

test("an environment that does not work any more is made anew", async () => {
  const { env, install, notices, asked } = await machine("stale");
  await install("gpu");
  const python = join(environmentFolder(env), "bin", "python");
  await rm(python);
  await symlink(join(folder.path, "gone"), python);
  expect(() => findPython({ named: undefined, env })).toThrow(
    /interpreter of the Python environment is gone.*Run "sysgen python install" again/,
  );
  expect(await install("gpu")).toMatchObject({ python: "3.11.7" });
  expect(notices.join()).toMatch(/does not work any more, and is made anew: Cannot start Python .*ENOENT/);
  expect(findPython({ named: undefined, env })).toBe(python);
  await expect(install("gpu", { FAKE_PYTHON: "broken" })).rejects.toThrow(/trl cannot be imported: no such symbol/);
  expect(notices.join()).toContain("made anew: trl cannot be imported: no such symbol.");
  expect((await asked()).trim().split("\n").at(-1)).toContain("--no-deps --reinstall --require-hashes");
});

test("an environment whose check is killed stays, and so does one that cannot be fetched anew", async () => {
  const { env, install, asked } = await machine("kept");
  await install("gpu");
  const before = await asked();
  const python = findPython({ named: undefined, env });
  for (const mode of ["check-killed", "short"])
    await expect(install("gpu", { FAKE_PYTHON: mode })).rejects.toThrow(
      /(?:SIGKILL|cannot allocate memory).* Run the same command again, with more memory free\./,
    );
  expect(await asked()).toBe(before);
  await expect(install("gpu", { FAKE_PYTHON: "broken", FAKE_UV: "broken-off" })).rejects.toThrow(/could not be installed/);
  expect(findPython({ named: undefined, env })).toBe(python);
});

test("an old uv of the machine is not taken", async () => {
  const { install, notices } = await machine("old-uv");
  await expect(install("cpu", { FAKE_UV: "old" })).rejects.toThrow("Cannot fetch uv");
  expect(notices).toEqual(["Fetching uv, which installs the rest (20 MB)"]);
});

test("without uv and Python, the error says what to install", async () => {
  const env = { PATH: join(folder.path, "nothing"), SYSGEN_CACHE: join(folder.path, "bare") };
  await expect(installPython({ build: "gpu", env, onNotice: () => {} })).rejects.toThrow(
    /Cannot fetch uv \(python3: not found.*Install Python 3\.11/,
  );
});

test("a program that is no Python is an error, and versions are compared with the lock", async () => {
  const options = { env: { PATH: "/usr/bin:/bin" }, cwd: folder.path, log: devNull };
  await expect(checkPython({ ...options, python: "false" })).rejects.toThrow("false ended with code 1: it printed nothing.");
  await expect(checkPython({ ...options, python: join(folder.path, "none") })).rejects.toThrow(/Cannot start Python/);
  expect(lockedVersions().get("trl")).toBe("1.16.0");
  expect(otherVersions({ python: "3.12.0", torch: "2.15.0+cpu", trl: "1.10.0" })).toEqual(["trl 1.10.0 (1.16.0)"]);
});
