import type { Phrase } from "./phrase.ts";

/**
 * The phrases as `<<Role>>You are ...<</Role>> <<Task>>...<</Task>>`. The judge reads this form,
 * and `parseTagged` reads it back.
 */
export function renderTagged(phrases: readonly Pick<Phrase, "tag" | "text">[]): string {
  return phrases.map((phrase) => `<<${phrase.tag}>>${phrase.text}<</${phrase.tag}>>`).join(" ");
}

/** The system message that a model sees in phase 4, with the phrases joined by single spaces. */
export function renderUntagged(phrases: readonly Pick<Phrase, "text">[]): string {
  return phrases.map((phrase) => phrase.text).join(" ");
}
