import type { Language } from "../../../texts/language.ts";
import { numberOfText } from "../../../statistics/seeded-draw.ts";
import type { Demonstration } from "../demonstrations.ts";
import { englishHeads } from "./english.ts";
import { eastAsianHead, otherHead, romanceHead } from "./other-languages.ts";

/**
 * The demonstrations of the standard prompt. A prompt shows those of one head. The heads are few
 * and fixed, so that the engine and servers keep the beginnings of prompts. All eight tags are
 * shown at the rates that are wanted, in messages of varied length. Within a head no two messages
 * have the same tags. They were written for this project, and name no real company or person.
 */
export const heads: readonly (readonly Demonstration[])[] = [...englishHeads, romanceHead, eastAsianHead, otherHead];

const romance: ReadonlySet<string> = new Set(["ca", "es", "fr", "gl", "it", "pt", "ro"]);
const eastAsian: ReadonlySet<string> = new Set(["ja", "ko", "zh"]);

/**
 * The head of a row. A small model writes in the row's language if demonstrations of that language
 * or its kin come last. Where several heads are for a language, the row's text picks one.
 * @param place Which of the heads, from 0 on. A further one is for a row that was led astray.
 */
export function headFor(language: Language | undefined, text: string, place: number): readonly Demonstration[] {
  const code = language?.code ?? "en";
  if (romance.has(code)) return romanceHead;
  if (eastAsian.has(code)) return eastAsianHead;
  if (code !== "en") return otherHead;
  return englishHeads[(numberOfText(0, text) + place) % englishHeads.length] ?? otherHead;
}
