import { UsageError } from "../../errors.ts";
import type { Embedder } from "./embedder.ts";

/**
 * Universal Sentence Encoder lite (Cer et al. 2018) in JavaScript, from npm. It is for English,
 * needs no native code, and takes some 10 ms a text.
 */
const universalSentenceEncoder = "use-lite";

/**
 * @param choice `use-lite`, or the path of a GGUF file of an embedding model.
 * @throws UsageError or SysGenError when the model cannot be loaded.
 */
export async function openEmbedder(choice: string): Promise<Embedder> {
  if (choice === universalSentenceEncoder) return (await import("./use-lite.ts")).useLite(choice);
  if (choice.endsWith(".gguf")) return (await import("./gguf.ts")).ggufEmbedder(choice);
  throw new UsageError(
    `--similarity ${choice}: expected off, ${universalSentenceEncoder}, or the path of a GGUF file (.gguf) of an embedding model.`,
  );
}
