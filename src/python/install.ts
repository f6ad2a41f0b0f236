import { existsSync } from "node:fs";
import { mkdir, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UsageError, messageOf } from "../errors.ts";
import type { Environment } from "../platform/environment.ts";
import { isOffline } from "../platform/environment.ts";
import { tryLock } from "../platform/file-lock.ts";
import { readIfThere } from "../platform/read-if-there.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { CheckBrokenOff, checkPython, type PythonFacts } from "./check-python.ts";
import { environmentContent, type TorchBuild } from "./environment-content.ts";
import { environmentFolder, environmentMark, lockHash, lockName } from "./environment-folder.ts";
import { interpreterIn } from "./find-python.ts";
import { findUv } from "./find-uv.ts";
import { lockedVersions } from "./locked-versions.ts";
import { runTool, toolPath, type ToolEnd } from "./run-tool.ts";

/** About what an environment takes on the disk, in bytes. */
export const installedBytes: Readonly<Record<TorchBuild, number>> = { cpu: 2e9, gpu: 5.8e9 };

export interface InstallOptions {
  readonly build: TorchBuild;
  readonly env: Environment;
  readonly onNotice: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Bytes that the disk of a folder has free. Default is what the system says. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** Python versions for which the packages of the lock have wheels. */
const pythons = ">=3.11,<3.14";
/** Packages of CUDA alone. */
const cudaOnly = /^(?:nvidia|cuda)-|^triton$/;

/**
 * Makes the Python environment out of the lock. It counts once its mark is written, so one that was
 * broken off is never taken for whole. Installing again goes on with what has come. A build for
 * GPUs takes the place of one for CPUs, and not the other way round, because it computes on a CPU
 * too. One that is whole and does not work is made anew, such as after an update that removed its
 * interpreter.
 * @returns What the environment has, and its folder.
 * @throws UsageError when it cannot be made. It names the file with the whole output. One that was
 * whole stays if nothing can be fetched, and if the check of it is killed.
 */
export async function installPython(options: InstallOptions): Promise<PythonFacts & { readonly folder: string }> {
  const { build, env, onNotice, signal, freeBytes = freeOnDisk } = options;
  const folder = environmentFolder(env);
  const home = dirname(folder);
  await mkdir(home, { recursive: true });
  using lock = tryLock(`${folder}.lock`);
  if (lock === undefined) throw new UsageError(`Another process installs into ${folder}. Wait for it to end.`);
  const log = join(home, "install.log");
  await rm(log, { force: true });
  const python = interpreterIn(folder);
  const check = (fetch: boolean): Promise<PythonFacts> => checkPython({ python, env, cwd: home, log, fetch, signal });
  const mark = join(folder, environmentMark);
  const installed = markedBuild(await readIfThere(mark));
  let reinstall: readonly string[] = [];
  if (installed !== undefined && (installed === "gpu" || build === "cpu")) {
    const found = await whatWorks(() => check(false), signal);
    if (typeof found !== "string") {
      if (installed !== build) onNotice("The environment has PyTorch's build for GPUs, which computes on a CPU too.");
      return { ...found, folder };
    }
    onNotice(`The environment does not work any more, and is made anew: ${found}`);
    // Packages without their interpreter are of no use. Others stay until new ones have come.
    if (existsSync(python)) reinstall = ["--reinstall"];
    else await rm(folder, { recursive: true, force: true });
  }
  const before = await environmentContent(folder);
  const refuseSmallDisk = async (wanted: TorchBuild): Promise<void> => {
    // uv keeps what it downloads in its own cache, as links to the same files where it can.
    const needed = Math.max(0, installedBytes[wanted] * 1.2 - before.bytes);
    const free = await freeBytes(home);
    if (free < needed)
      throw new UsageError(
        `${(needed / 1e9).toFixed(1)} GB are needed in ${home}, and ${(free / 1e9).toFixed(1)} GB are free. Make room, or name another cache with SYSGEN_CACHE.`,
      );
  };
  await refuseSmallDisk(build);
  const uv = await findUv(home, env, onNotice);
  const run = async (...args: string[]): Promise<ToolEnd> => {
    const onLine = (line: string): void => void (/^(Downloading|Downloaded|Prepared|Installed)/.test(line.trim()) && onNotice(line.trim()));
    const end = await runTool({ python: uv, isPython: false, args, cwd: home, env, log, onLine, signal });
    signal?.throwIfAborted();
    return end;
  };
  const must = async (...args: string[]): Promise<void> => {
    const end = await run(...args);
    if (end.code !== 0) throw new UsageError(whyNot(end, env, log));
  };
  // Packages that are installed again stay until the new ones have come.
  if (reinstall.length === 0) await rm(mark, { force: true });
  await must("venv", "--allow-existing", "--python", pythons, folder);
  const install = ["pip", "install", "--python", python, "--no-deps", ...reinstall];
  const cpuBuild = build === "cpu" && process.platform !== "darwin" ? await cpuTorch(run, install) : undefined;
  const hasTorch = cpuBuild?.code === 0;
  if (cpuBuild !== undefined && !hasTorch) {
    onNotice(
      `PyTorch's build for CPUs cannot be had from PyTorch's own index (${saidBy(cpuBuild)}): taking the build for GPUs, which computes on a CPU too (5.8 GB).`,
    );
    await refuseSmallDisk("gpu");
  }
  // The lock's version is both builds', so the one that is there would be kept.
  const replace = !hasTorch && before.torch === "cpu" ? ["--reinstall-package", "torch"] : [];
  const requirements = hasTorch ? await withoutTorch(join(home, "without-torch.txt")) : toolPath(lockName);
  await must(...install, ...replace, "--require-hashes", "-r", requirements);
  await rm(mark, { force: true });
  onNotice("Importing all packages once");
  const facts = await check(true);
  const [failed] = Object.entries(facts.failures);
  if (failed !== undefined)
    throw new UsageError(`The environment is installed, and ${failed[0]} cannot be imported: ${failed[1]}. The output is in ${log}.`);
  await writeAtomically(mark, [`${JSON.stringify({ lock: lockHash(), build: hasTorch ? "cpu" : "gpu" })}\n`]);
  return { ...facts, folder };
}

/**
 * Installs PyTorch's build for CPUs. Only PyTorch's own index has it, and its hash is not locked.
 */
function cpuTorch(run: (...args: string[]) => Promise<ToolEnd>, install: readonly string[]): Promise<ToolEnd> {
  return run(...install, "--torch-backend", "cpu", `torch==${lockedVersions().get("torch") ?? ""}`);
}

/**
 * What an environment has, or why it does not work, in a sentence.
 * @throws CheckBrokenOff when that cannot be told.
 */
async function whatWorks(check: () => Promise<PythonFacts>, signal: AbortSignal | undefined): Promise<PythonFacts | string> {
  try {
    const facts = await check();
    const [failed] = Object.entries(facts.failures);
    return failed === undefined ? facts : `${failed[0]} cannot be imported: ${failed[1]}.`;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CheckBrokenOff) throw error;
    return messageOf(error);
  }
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

const markSchema = z.object({ build: z.enum(["cpu", "gpu"]) });

/** The build that an environment's mark names. Undefined without a mark that can be read. */
function markedBuild(text: string | undefined): TorchBuild | undefined {
  try {
    return text === undefined ? undefined : markSchema.parse(JSON.parse(text)).build;
  } catch {
    return undefined;
  }
}

async function freeOnDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function whyNot(end: ToolEnd, env: Environment, log: string): string {
  const offline = isOffline(env) ? " The network is switched off (SYSGEN_OFFLINE or HF_HUB_OFFLINE)." : "";
  return `The environment could not be installed: ${saidBy(end)}.${offline} The same command goes on with what has come. All output is in ${log}.`;
}

/** What uv says of its failure. */
function saidBy({ lastLines }: ToolEnd): string {
  const said = lastLines.filter((line) => /error|×|╰|failed|hint/i.test(line)).slice(0, 3);
  return (said.length > 0 ? said : lastLines.slice(-1)).map((line) => line.trim()).join(" ");
}
