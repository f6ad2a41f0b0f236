import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { digestOfFile } from "../../hub/digest.ts";
import { readIfThere } from "../../platform/read-if-there.ts";

const weightFile = /\.(?:safetensors|bin|gguf)$/;

/**
 * SHA-256 of a folder's weights, over a line for each file as `sha256sum` writes them, in the order
 * of their names.
 */
export async function weightsOf(folder: string, signal: AbortSignal): Promise<string> {
  const names = (await readdir(folder)).filter((name) => weightFile.test(name)).toSorted();
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${await digestOfFile(join(folder, name), "sha256", signal)}  ${name}\n`);
  return hash.digest("hex");
}

const tokenizerConfig = z.object({ chat_template: z.string() });

/** SHA-256 of a folder's chat template. Undefined without one. */
export async function templateOf(folder: string): Promise<string | undefined> {
  const text = (await readIfThere(join(folder, "chat_template.jinja"))) ?? (await configuredTemplate(folder));
  return text === undefined ? undefined : createHash("sha256").update(text).digest("hex");
}

async function configuredTemplate(folder: string): Promise<string | undefined> {
  const text = await readIfThere(join(folder, "tokenizer_config.json"));
  try {
    return tokenizerConfig.parse(JSON.parse(text ?? "{}")).chat_template;
  } catch {
    return undefined;
  }
}
