/** Turns texts into vectors whose angle says how near they are in meaning. */
export interface Embedder extends AsyncDisposable {
  /** The embedding model's name for people. */
  readonly name: string;
  /** The vector of a text, or of its beginning as far as the model reads. */
  embed(text: string): Promise<readonly number[]>;
}

/** Cosine of the angle between two vectors, at least 0. It is 0 if a vector has no length. */
export function cosine(a: readonly number[], b: readonly number[]): number {
  let product = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    product += value * other;
    lengthA += value ** 2;
    lengthB += other ** 2;
  }
  const lengths = Math.sqrt(lengthA * lengthB);
  return lengths === 0 ? 0 : Math.min(1, Math.max(0, product / lengths));
}
