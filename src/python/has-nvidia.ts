import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Environment } from "../platform/environment.ts";

/** Whether the driver's program for NVIDIA's GPUs is on PATH. */
export function hasNvidia(env: Environment): boolean {
  return (env["PATH"] ?? "")
    .split(delimiter)
    .some((folder) => ["nvidia-smi", "nvidia-smi.exe"].some((name) => existsSync(join(folder, name))));
}
