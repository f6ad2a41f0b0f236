import { createHash } from "node:crypto";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import { digestOfFile } from "../../hub/digest.ts";

/**
 * SHA-256 that tells the weights of a Hugging Face folder, over a line for each of its
 * `.safetensors` files as `sha256sum` writes them, in the order of their names. Files of PyTorch
 * (`.bin`) count where there are none. A GGUF that was made of the weights does not.
 * @throws UsageError when a file is a pointer of Git LFS, unless it is a copy that nothing loads.
 */
export async function weightsHash(folder: string, signal?: AbortSignal): Promise<string> {
  const files = (await readdir(folder)).toSorted();
  const safe = files.filter((name) => name.endsWith(".safetensors"));
  const hash = createHash("sha256");
  for (const name of safe.length > 0 ? safe : files.filter((name) => name.endsWith(".bin"))) {
    if (!name.startsWith("consolidated") && (await isPointer(join(folder, name))))
      throw new UsageError(`${join(folder, name)} is a pointer of Git LFS in the place of weights. Run "git lfs pull" there.`);
    hash.update(`${await digestOfFile(join(folder, name), "sha256", signal)}  ${name}\n`);
  }
  return hash.digest("hex");
}

/** The first bytes of a pointer (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). */
const pointerStart = "version https://git-lfs";

async function isPointer(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(pointerStart.length) });
  return buffer.toString("latin1", 0, bytesRead) === pointerStart;
}
