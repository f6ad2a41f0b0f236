import { SysGenError } from "../errors.ts";
import type { Backend } from "./backend.ts";
import { embeddedEngine } from "./embedded/backend.ts";
import type { ModelChoice } from "./model-choice.ts";
import { openAiServers } from "./openai/backend.ts";
import { ownModels } from "./own/backend.ts";

/**
 * The table of backends. Each stands in the folder of its name as `backend.ts`. The first that
 * serves a choice counts. `openAiServers` takes every base URL, so a backend with base URLs of its
 * own stands before it.
 */
export const backends: readonly Backend[] = [ownModels, openAiServers, embeddedEngine];

/** The backend that a choice means. */
export function backendOf(choice: ModelChoice): Backend {
  const found = backends.find((backend) => backend.serves(choice));
  if (found === undefined) throw new SysGenError(`no backend serves ${choice.model}`);
  return found;
}
