import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readIfThere } from "../../platform/read-if-there.ts";

/** The model that the harness asks. */
export type HarnessModel =
  | {
      readonly kind: "folder";
      /** A Hugging Face folder, which lm-evaluation-harness loads itself. An absolute path. */
      readonly folder: string;
      /** What the folder holds, such as the hash of its weights. Part of a result's identity. */
      readonly content: string;
    }
  | {
      readonly kind: "server";
      /** Such as `http://gpu1:8000/v1`. */
      readonly baseUrl: string;
      readonly model: string;
      readonly apiKey?: string | undefined;
      /** Folder or hub name of the model's tokenizer. Default the server's own, else `model`. */
      readonly tokenizer?: string | undefined;
    };

const tokenizerConfig = z.object({ chat_template: z.unknown().optional() });

/** Whether the model takes conversations. A server does. */
export async function hasChatTemplate(model: HarnessModel): Promise<boolean> {
  if (model.kind === "server") return true;
  if (existsSync(join(model.folder, "chat_template.jinja"))) return true;
  const text = await readIfThere(join(model.folder, "tokenizer_config.json"));
  try {
    return tokenizerConfig.parse(JSON.parse(text ?? "{}")).chat_template != null;
  } catch {
    return false;
  }
}

/** The model in a sentence. */
export function modelName(model: HarnessModel): string {
  return model.kind === "folder" ? model.folder : `${model.model} at ${new URL(model.baseUrl).host}`;
}
