import type { Example } from "../../records/example.ts";
import { isResponse, type Message } from "../../records/message.ts";
import { languageDetector, type Language, type LanguageDetector } from "../../texts/language.ts";

/** The language of a row, and what tells other languages from it. */
export interface RowLanguage {
  readonly language: Language;
  readonly detector: LanguageDetector;
}

/** The language in which a row's user writes. Undefined if it does not show. */
export async function rowLanguage({ messages }: Example): Promise<RowLanguage | undefined> {
  const detector = await languageDetector();
  const language = detector.detect(textsOf(messages));
  return language && { language, detector };
}

/**
 * The texts that show a row's language, the best first. An instruction often begins a turn, and a
 * text in another language follows that is to be translated or labelled.
 */
function* textsOf(messages: readonly Message[]): Generator<string, void, void> {
  const turns = messages.filter(({ role }) => role === "user").map(({ content }) => content);
  const [first = ""] = turns;
  yield first.trim().split("\n", 1)[0] ?? "";
  yield* turns;
  for (const message of messages) if (isResponse(message)) yield message.content;
}
