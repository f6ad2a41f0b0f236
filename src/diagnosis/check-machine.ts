import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { messageOf } from "../errors.ts";
import { openFilesLimit } from "../platform/open-files.ts";
import { failed, ok, warning, type Check } from "./check.ts";

/** The oldest Node that is supported, as in package.json. */
const leastNode = [20, 19] as const;
/** A row takes a few kilobytes in the journal, the results and the dataset. */
const disk = { leastBytes: 100e6, amplyBytes: 2e9 };
/** Connections and files for 256 calls at once and more. */
const ampleFiles = 1_024;

/** What of this machine every run needs. */
export async function checkMachine(out: string): Promise<Check[]> {
  return [checkNode(process.versions.node), checkOpenFiles(openFilesLimit()), await checkDisk(out)];
}

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const found = `version ${version}`;
  return isEnough ? ok("node", found) : failed("node", found, `Install Node ${leastNode.join(".")} or newer.`);
}

export function checkOpenFiles(limit: number | undefined): Check {
  if (limit === undefined) return ok("open files", "this system sets no low limit");
  const found = `${limit} files and connections at once`;
  return limit >= ampleFiles
    ? ok("open files", found)
    : warning("open files", found, `Raise the limit for more calls at once: ulimit -n 4096`);
}

async function checkDisk(out: string): Promise<Check> {
  let folder = resolve(out);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    const { bavail, bsize } = await statfs(folder);
    const bytes = bavail * bsize;
    const found = `${(bytes / 1e9).toFixed(1)} GB free for ${out}`;
    if (bytes < disk.leastBytes) return failed("disk", found, "Free some space, or choose another folder with --out.");
    return bytes < disk.amplyBytes ? warning("disk", found, "A run of 100,000 rows takes about 1 GB: free some space.") : ok("disk", found);
  } catch (error) {
    return warning("disk", `the free space of ${folder} is not known (${messageOf(error)})`, "Look at it by hand.");
  }
}
