import { weighedWords } from "../../texts/word-hashes.ts";
import { WordSequences } from "../../texts/word-overlap.ts";

/** A phrase that shares this many words in a row with the operator's wishes says one of them. */
const sharedWords = 4;

/** Whether a phrase says what the operator wishes, so that nothing in it is a fault. */
export type Wished = (text: string) => boolean;

const known = new Map<string, Wished>();

/**
 * Tells which phrases say what `generate.guidance` says, in its own words. Other phrases that
 * follow from it are for the judge, who knows it.
 * @param guidance Undefined where the operator wishes nothing.
 */
export function wishedBy(guidance: string | undefined): Wished {
  if (guidance === undefined) return nothing;
  const made = known.get(guidance) ?? sequencesOf(guidance);
  known.set(guidance, made);
  return made;
}

const nothing: Wished = () => false;

function sequencesOf(guidance: string): Wished {
  const words = Math.min(sharedWords, weighedWords(guidance).hashes.length);
  const sequences = new WordSequences([guidance], words, "");
  return (text) => sequences.occurIn(weighedWords(text));
}
