import { UsageError } from "../errors.ts";
import { withSystem } from "../datasets/formats/conversation.ts";
import { isResponse, type Message } from "../records/message.ts";
import { toolMessage, withToolMessage } from "../records/tools.ts";
import type { ExportedRow } from "./exported-row.ts";

/**
 * Which training data is made of a run (arXiv 2502.11330, section 4). The responses are A' or A,
 * under the generated system message or another one.
 */
export interface Variant {
  /** `new` (A', the default) or `original` (A). */
  readonly responses: "new" | "original";
  readonly system: SystemChoice;
  /**
   * Where the system message is. `system` is a message of its own. `first-user` is the head of the
   * first user message, for models without a system role.
   */
  readonly systemRole: "system" | "first-user";
}

export type SystemChoice =
  | { readonly kind: "generated" | "none" | "original" }
  /** The same message for all rows. */
  | { readonly kind: "common"; readonly text: string };

/**
 * Reads `generated`, `none`, `original` or `common:<text>`.
 * @throws UsageError for anything else.
 */
export function parseSystemChoice(text: string): SystemChoice {
  if (text === "generated" || text === "none" || text === "original") return { kind: text };
  const common = /^common:(.*)$/s.exec(text)?.[1]?.trim();
  if (common !== undefined && common !== "") return { kind: "common", text: common };
  throw new UsageError(
    `--system ${text}: expected generated, none, original or common:<text>, such as "common:You are a helpful assistant."`,
  );
}

/** The row's conversation in a variant, its system message first where it has one. */
export function inVariant(row: ExportedRow, variant: Variant): Message[] {
  const turns = variant.responses === "new" ? row.turns : withOriginalResponses(row);
  const system = systemOf(row, variant.system);
  if (variant.systemRole === "system" || system === undefined) return withSystem(system, turns);
  const first = turns.findIndex(({ role }) => role === "user");
  // A blank line between the two texts, as LLaMA-Factory's Llama 2 template puts it.
  return turns.map((turn, index) => (index === first ? { ...turn, content: `${system}\n\n${turn.content}` } : turn));
}

/** Tool definitions that stood in the row's own message stay, whatever message is chosen. */
function systemOf({ systemMessage, originalSystemMessage }: ExportedRow, choice: SystemChoice): string | undefined {
  if (choice.kind === "common") return withToolMessage(choice.text, originalSystemMessage);
  if (choice.kind === "generated") return systemMessage;
  return choice.kind === "original" ? originalSystemMessage : toolMessage(originalSystemMessage);
}

function withOriginalResponses({ turns, originalResponses }: ExportedRow): Message[] {
  let next = 0;
  return turns.map((turn) => (isResponse(turn) ? { ...turn, content: originalResponses[next++] ?? turn.content } : turn));
}
