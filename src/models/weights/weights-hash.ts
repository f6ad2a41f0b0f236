import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { digestOfFile } from "../../hub/digest.ts";

/**
 * SHA-256 that tells the weights of a Hugging Face folder, over a line for each of its
 * `.safetensors` files as `sha256sum` writes them, in the order of their names. Files of PyTorch
 * (`.bin`) count where there are none. A GGUF that was made of the weights does not.
 */
export async function weightsHash(folder: string, signal?: AbortSignal): Promise<string> {
  const files = (await readdir(folder)).toSorted();
  const safe = files.filter((name) => name.endsWith(".safetensors"));
  const hash = createHash("sha256");
  for (const name of safe.length > 0 ? safe : files.filter((name) => name.endsWith(".bin")))
    hash.update(`${await digestOfFile(join(folder, name), "sha256", signal)}  ${name}\n`);
  return hash.digest("hex");
}
