import { mix } from "../../exports/words.ts";

/** 32 bits of hash of the `n` words from `start` on. */
export function ngramHash(words: Int32Array, start: number, n: number): number {
  let hash = words[start] ?? 0;
  for (let index = start + 1; index < start + n; index++) hash = mix(Math.imul(hash, 31) + (words[index] ?? 0));
  return hash;
}
