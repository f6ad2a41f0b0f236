import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { chatTemplate } from "../../models/embedded/chat-template.ts";
import { readIfThere } from "../../platform/read-if-there.ts";

/** What an evaluation knows of a folder's chat template. */
export interface FolderTemplate {
  readonly sha256: string;
  /**
   * False when the template refuses a system message, or does not write it before the first
   * response.
   */
  readonly takesSystemRole: boolean;
}

/** A tokenizer may have templates for several uses, of which one is the default. */
const tokenizerConfig = z.object({
  chat_template: z.union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))]),
});

/** A folder's chat template. Undefined without one. */
export async function templateOf(folder: string): Promise<FolderTemplate | undefined> {
  const text = (await readIfThere(join(folder, "chat_template.jinja"))) ?? (await configuredTemplate(folder));
  if (text === undefined) return undefined;
  return { sha256: createHash("sha256").update(text).digest("hex"), takesSystemRole: takesSystemRole(text) };
}

async function configuredTemplate(folder: string): Promise<string | undefined> {
  const text = await readIfThere(join(folder, "tokenizer_config.json"));
  try {
    const { chat_template: given } = tokenizerConfig.parse(JSON.parse(text ?? "{}"));
    return typeof given === "string" ? given : given.find(({ name }) => name === "default")?.template;
  } catch {
    return undefined;
  }
}

/** A template that this program cannot render may do all the same where the model is served. */
function takesSystemRole(template: string): boolean {
  try {
    return chatTemplate(template, { bos: "", eos: "" }).takesSystemRole;
  } catch {
    return true;
  }
}
