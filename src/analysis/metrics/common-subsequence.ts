/**
 * Length of the longest common subsequence of two token sequences, 32 tokens of the reference at a
 * time (Hyyrö 2004, "Bit-parallel LCS-length computation revisited"). Takes time in proportion to n
 * x m / 32, and memory in proportion to n plus the vocabulary.
 */
export class CommonSubsequence {
  /** By token, a bit for each of the present 32 reference tokens that is equal to it. */
  #masks = new Int32Array(1024);
  /**
   * By token of the prediction, the carry (0 or 1) that the sum over the previous 32 reference
   * tokens left. The sum over the next 32 tokens takes it in.
   */
  #carries = new Uint8Array(1024);

  /** @param vocabularySize One above the largest token. */
  length(reference: Int32Array, prediction: Int32Array, vocabularySize: number): number {
    if (this.#masks.length < vocabularySize) this.#masks = new Int32Array(2 * vocabularySize);
    if (this.#carries.length < prediction.length) this.#carries = new Uint8Array(2 * prediction.length);
    else this.#carries.fill(0, 0, prediction.length);
    const masks = this.#masks;
    const carries = this.#carries;
    let common = 0;
    for (let from = 0; from < reference.length; from += 32) {
      const width = Math.min(32, reference.length - from);
      for (let bit = 0; bit < width; bit++) {
        const token = reference[from + bit] ?? 0;
        masks[token] = (masks[token] ?? 0) | (1 << bit);
      }
      let open = -1;
      for (let at = 0; at < prediction.length; at++) {
        const mask = masks[prediction[at] ?? 0] ?? 0;
        const sum = (open >>> 0) + ((open & mask) >>> 0) + (carries[at] ?? 0);
        carries[at] = sum > 0xffffffff ? 1 : 0;
        open = sum | 0 | (open & ~mask);
      }
      for (let bit = 0; bit < width; bit++) {
        if (((open >>> bit) & 1) === 0) common++;
        masks[reference[from + bit] ?? 0] = 0;
      }
    }
    return common;
  }
}
