import type { Example } from "../../records/example.ts";
import type { Phrase } from "../../records/system-message/phrase.ts";
import type { Verdict } from "../../records/verdict.ts";
import type { ChatMessage, OutputConstraint, OutputForm } from "../../models/model.ts";

/** What the judge is asked, and how its reply is read. */
export interface Rubric {
  messages(example: Example, phrases: readonly Phrase[], form: OutputForm): ChatMessage[];
  /** Undefined when the judge's output is not held to a form. */
  constraint(phrases: readonly Phrase[]): OutputConstraint | undefined;
  /**
   * A verdict for each phrase, in order. It is `unparsed` when the reply has none for the phrase.
   * Never throws.
   */
  read(reply: string, phrases: readonly Phrase[]): Verdict[];
}

/**
 * The verdict of a label. It is `unparsed` when the text after the label names another one ("Good
 * or Bad", "Good? No, Bad").
 */
export function oneLabel(label: string, rest: string): Verdict {
  const others = [...rest.matchAll(/\b(good|bad|none)\b/gi)].some(([other]) => other.toLowerCase() !== label.toLowerCase());
  return others ? "unparsed" : (verdictOf(label) ?? "unparsed");
}

/** The verdict that a label means, in any case. Undefined when the label means none. */
export function verdictOf(label: string): Verdict | undefined {
  const lower = label.toLowerCase();
  return lower === "good" || lower === "bad" || lower === "none" ? lower : undefined;
}
