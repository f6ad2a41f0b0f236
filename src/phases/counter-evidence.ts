import type { Example } from "../records/example.ts";
import { isBeyondText } from "./phrase-checks/beyond-text.ts";
import { isForeignToRow } from "./phrase-checks/foreign-to-row.ts";
import { servesAttack } from "./phrase-checks/serves-attack.ts";

/** What speaks against a phrase, whatever the judge says. */
export type CounterEvidence = "serves-attack" | "beyond-text" | "foreign-to-row";

/**
 * What in a row's conversation speaks against a phrase. Code alone finds it, and nothing is asked.
 */
export function counterEvidence({ messages }: Example, text: string): CounterEvidence | undefined {
  if (servesAttack(text)) return "serves-attack";
  const conversation = messages.map(({ content }) => content).join("\n");
  if (isBeyondText(text, conversation)) return "beyond-text";
  return isForeignToRow(text, conversation) ? "foreign-to-row" : undefined;
}
