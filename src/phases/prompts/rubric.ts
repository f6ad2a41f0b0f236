import type { Example } from "../../records/example.ts";
import type { Phrase } from "../../records/system-message/phrase.ts";
import type { Verdict } from "../../records/verdict.ts";
import type { ChatMessage, OutputConstraint, OutputForm } from "../../models/model.ts";

/** What the judge is asked, and how its reply is read. */
export interface Rubric {
  messages(example: Example, phrases: readonly Phrase[], form: OutputForm): ChatMessage[];
  /** Undefined where the decoder is left free. */
  constraint(phrases: readonly Phrase[]): OutputConstraint | undefined;
  /** A verdict for each phrase; `unparsed` where the reply holds none. Never throws. */
  read(reply: string, phrases: readonly Phrase[]): Verdict[];
}

/** The verdict of a label, unless what is said after it names another one ("Good or Bad", "Good? No, Bad"). */
export function oneLabel(label: string, rest: string): Verdict {
  const others = [...rest.matchAll(/\b(good|bad|none)\b/gi)].some(([other]) => other.toLowerCase() !== label.toLowerCase());
  return others ? "unparsed" : (verdictOf(label) ?? "unparsed");
}

/** The verdict that a label means, in any case. */
export function verdictOf(label: string): Verdict | undefined {
  const lower = label.toLowerCase();
  return lower === "good" || lower === "bad" || lower === "none" ? lower : undefined;
}
