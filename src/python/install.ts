import { existsSync } from "node:fs";
import { mkdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../errors.ts";
import type { Environment } from "../platform/environment.ts";
import { isOffline } from "../platform/environment.ts";
import { tryLock } from "../platform/file-lock.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { checkPython, type PythonFacts } from "./check-python.ts";
import { environmentFolder, environmentMark, lockHash, lockName } from "./environment-folder.ts";
import { interpreterIn } from "./find-python.ts";
import { findUv } from "./find-uv.ts";
import { lockedVersions } from "./locked-versions.ts";
import { runTool, toolPath, type ToolEnd } from "./run-tool.ts";

/** For which machine PyTorch is built. `cpu` leaves the libraries of CUDA out. */
export type TorchBuild = "cpu" | "gpu";

/** About what an environment takes on the disk, in bytes. */
export const installedBytes: Readonly<Record<TorchBuild, number>> = { cpu: 2e9, gpu: 5.8e9 };

export interface InstallOptions {
  readonly build: TorchBuild;
  readonly env: Environment;
  readonly onNotice: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Python versions for which the packages of the lock have wheels. */
const pythons = ">=3.11,<3.14";
/** Packages of CUDA alone. */
const cudaOnly = /^(?:nvidia|cuda)-|^triton$/;

/**
 * Makes the Python environment out of the lock. It counts once its mark is written, so one that was
 * broken off is never taken for whole. Installing again goes on with what has come.
 * @returns What the environment has, and its folder.
 * @throws UsageError when it cannot be made. It names the file with the whole output.
 */
export async function installPython({ build, env, onNotice, signal }: InstallOptions): Promise<PythonFacts & { readonly folder: string }> {
  const folder = environmentFolder(env);
  const home = dirname(folder);
  await mkdir(home, { recursive: true });
  using lock = tryLock(`${folder}.lock`);
  if (lock === undefined) throw new UsageError(`Another process installs into ${folder}. Wait for it to end.`);
  const log = join(home, "install.log");
  await rm(log, { force: true });
  const python = interpreterIn(folder);
  const check = (fetch: boolean): Promise<PythonFacts> => checkPython({ python, env, cwd: home, log, fetch, signal });
  if (existsSync(join(folder, environmentMark))) return { ...(await check(false)), folder };
  await refuseSmallDisk(home, build);
  const uv = await findUv(home, env, onNotice);
  const run = async (...args: string[]): Promise<ToolEnd> => {
    const onLine = (line: string): void => void (/^(Downloading|Downloaded|Prepared|Installed)/.test(line.trim()) && onNotice(line.trim()));
    const end = await runTool({ python: uv, args, cwd: home, env, log, onLine, signal });
    signal?.throwIfAborted();
    return end;
  };
  const must = async (...args: string[]): Promise<void> => {
    const end = await run(...args);
    if (end.code !== 0) throw new UsageError(whyNot(end, env, log));
  };
  await must("venv", "--allow-existing", "--python", pythons, folder);
  const install = ["pip", "install", "--python", python, "--no-deps"];
  const hasTorch = build === "cpu" && process.platform !== "darwin" && (await cpuTorch(run, install));
  if (build === "cpu" && !hasTorch && process.platform !== "darwin")
    onNotice(
      "PyTorch's own index with builds for CPUs cannot be reached: taking the build for GPUs, which computes on a CPU too (5.8 GB).",
    );
  const requirements = hasTorch ? await withoutTorch(join(home, "without-torch.txt")) : toolPath(lockName);
  await must(...install, "--require-hashes", "-r", requirements);
  onNotice("Importing all packages once");
  const facts = await check(true);
  const [failed] = Object.entries(facts.failures);
  if (failed !== undefined)
    throw new UsageError(`The environment is installed, and ${failed[0]} cannot be imported: ${failed[1]}. The output is in ${log}.`);
  await writeAtomically(join(folder, environmentMark), [`${JSON.stringify({ lock: lockHash(), build: hasTorch ? "cpu" : "gpu" })}\n`]);
  return { ...facts, folder };
}

/**
 * Installs PyTorch's build for CPUs. Only PyTorch's own index has it, and its hash is not locked.
 */
async function cpuTorch(run: (...args: string[]) => Promise<ToolEnd>, install: readonly string[]): Promise<boolean> {
  const end = await run(...install, "--torch-backend", "cpu", `torch==${lockedVersions().get("torch") ?? ""}`);
  return end.code === 0;
}

/** The lock without PyTorch and what its build for GPUs needs. */
async function withoutTorch(path: string): Promise<string> {
  const entries = (await readFile(toolPath(lockName), "utf8")).split(/^(?=[a-z])/m);
  const kept = entries.filter((entry) => {
    const name = entry.split("==")[0] ?? "";
    return name !== "torch" && !cudaOnly.test(name);
  });
  await writeFile(path, kept.join(""));
  return path;
}

async function refuseSmallDisk(folder: string, build: TorchBuild): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  // uv keeps what it downloads in its own cache, as links to the same files where it can.
  const needed = installedBytes[build] * 1.2;
  if (bavail * bsize < needed)
    throw new UsageError(
      `${(needed / 1e9).toFixed(1)} GB are needed in ${folder}, and ${((bavail * bsize) / 1e9).toFixed(1)} GB are free. Make room, or name another cache with SYSGEN_CACHE.`,
    );
}

function whyNot(end: ToolEnd, env: Environment, log: string): string {
  const offline = isOffline(env) ? " The network is switched off (SYSGEN_OFFLINE or HF_HUB_OFFLINE)." : "";
  const said = end.lastLines.filter((line) => /error|×|╰|failed|hint/i.test(line)).slice(0, 3);
  const shown = (said.length > 0 ? said : end.lastLines.slice(-1)).map((line) => line.trim()).join(" ");
  return `The environment could not be installed: ${shown}.${offline} The same command goes on with what has come. All output is in ${log}.`;
}
