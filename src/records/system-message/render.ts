import type { Phrase } from "./phrase.ts";

/** `<<Role>>You are ...<</Role>> <<Task>>...<</Task>>`: what the judge reads and `parseTagged` reads back. */
export function renderTagged(phrases: readonly Pick<Phrase, "tag" | "text">[]): string {
  return phrases.map((phrase) => `<<${phrase.tag}>>${phrase.text}<</${phrase.tag}>>`).join(" ");
}

/** The system message that a model sees: the phrases joined by single spaces, one paragraph (phase 4). */
export function renderUntagged(phrases: readonly Pick<Phrase, "text">[]): string {
  return phrases.map((phrase) => phrase.text).join(" ");
}
