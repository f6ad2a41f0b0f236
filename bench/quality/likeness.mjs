import { wordHashes } from "../../dist/texts/word-hashes.js";

/** From this share of common pairs of words on, two phrases are nearly the same. */
const nearly = 0.7;

/**
 * Whether two phrases are nearly the same. They are when the pairs of neighbouring words that they
 * share are at least 70% of their mean number of pairs (Dice's coefficient).
 */
export function areNearlySame(a, b) {
  const [first, second] = [pairsOf(a), pairsOf(b)];
  const common = [...first].filter((pair) => second.has(pair)).length;
  return (2 * common) / (first.size + second.size) >= nearly;
}

/** Pairs of neighbouring words. The ends count as words, so that a single word has pairs too. */
function pairsOf(text) {
  const words = ["", ...wordHashes(text), ""];
  return new Set(words.slice(1).map((word, index) => `${words[index]} ${word}`));
}
