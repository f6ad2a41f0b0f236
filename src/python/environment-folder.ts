import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sysgenCacheFolder, type Environment } from "../platform/environment.ts";
import { toolPath } from "./run-tool.ts";

/** The packages of the environment, each with its version and the hashes of its files. */
export const lockName = "requirements.lock.txt";

/** The file in the environment's folder that is written once all of it is installed. */
export const environmentMark = "sysgen-complete.json";

/** Where `sysgen python install` makes the environment. Another lock has another folder. */
export function environmentFolder(env: Environment): string {
  return join(sysgenCacheFolder(env), "python", lockHash().slice(0, 12));
}

/** The SHA-256 of the lock, in hex digits. */
export function lockHash(): string {
  return hash("sha256", readFileSync(toolPath(lockName)));
}
