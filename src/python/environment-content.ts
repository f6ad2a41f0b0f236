import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** For which machine PyTorch is built. `cpu` leaves the libraries of CUDA out. */
export type TorchBuild = "cpu" | "gpu";

export interface EnvironmentContent {
  readonly bytes: number;
  /** The build of PyTorch. Undefined without any. */
  readonly torch: TorchBuild | undefined;
}

/** What has come into an environment's folder, also of an installation that was broken off. */
export async function environmentContent(folder: string): Promise<EnvironmentContent> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  let torch: TorchBuild | undefined;
  for (const entry of entries) {
    if (entry.isDirectory() && /^torch-\d.*\.dist-info$/.test(entry.name)) torch = entry.name.includes("+cpu") ? "cpu" : "gpu";
    if (entry.isFile()) bytes += await bytesOf(join(entry.parentPath, entry.name));
  }
  return { bytes, torch };
}

/** 0 for a file that has just gone. */
async function bytesOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
