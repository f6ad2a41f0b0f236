import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { childEnvironment } from "../platform/child-environment.ts";
import type { Environment } from "../platform/environment.ts";
import { interpreterIn } from "./find-python.ts";

/** The version that is fetched where the machine has none, or one before 0.7. */
const uvRequirement = "uv==0.13.9";

/**
 * The program `uv`, which installs Python packages. It is the machine's, else one that pip puts
 * into a virtual environment below `folder`. Versions before 0.7 lack `--torch-backend`.
 * @throws UsageError when there is neither uv nor a Python that can fetch it.
 */
export async function findUv(folder: string, env: Environment, onNotice: (text: string) => void): Promise<string> {
  const own = join(folder, "uv");
  const fetched = join(own, process.platform === "win32" ? "Scripts" : "bin", process.platform === "win32" ? "uv.exe" : "uv");
  for (const program of ["uv", fetched]) if (await isNewEnough(program, env)) return program;
  onNotice("Fetching uv, which installs the rest (20 MB)");
  await rm(own, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const failures: string[] = [];
  for (const python of ["python3", "python"]) {
    const made = await outcome(python, ["-I", "-m", "venv", own], env);
    const installed =
      made === "done" ? await outcome(interpreterIn(own), ["-I", "-m", "pip", "install", "--quiet", uvRequirement], env) : made;
    if (installed === "done") return fetched;
    failures.push(`${python}: ${installed}`);
  }
  throw new UsageError(
    `Cannot fetch uv (${failures.join("; ")}). Install Python 3.11 or newer with venv and pip, or uv itself, and run this again.`,
  );
}

/** Also of a program that does not tell its version. */
async function isNewEnough(program: string, env: Environment): Promise<boolean> {
  let version = "";
  const ended = await outcome(program, ["--version"], env, (text) => (version = text));
  return ended === "done" && !/^uv 0\.[0-6]\./.test(version);
}

/** `done`, or why the program did not succeed. */
function outcome(program: string, args: readonly string[], env: Environment, onOutput: (text: string) => void = () => {}): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { env: childEnvironment(env), maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      onOutput(stdout);
      if (error === null) return resolve("done");
      resolve("code" in error && error.code === "ENOENT" ? "not found" : (stderr.trim().split("\n").at(-1) ?? error.message));
    });
  });
}
