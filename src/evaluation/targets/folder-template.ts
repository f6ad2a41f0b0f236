import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { readIfThere } from "../../platform/read-if-there.ts";

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
