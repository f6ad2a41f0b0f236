import type { ToolEnd } from "./run-tool.ts";

/**
 * What Python's own writes, and Rust's in safetensors and tokenizers, say of a full disk. PyTorch
 * says of one only that it is not where it should be in the file.
 */
const words = /No space left on device|Disk quota exceeded|inline_container\.cc:\d+\] \. unexpected pos/;

/** The line in which a Python tool said that the disk is full, or at a quota. */
export function diskErrorIn({ lastLines }: ToolEnd): string | undefined {
  return lastLines.findLast((line) => words.test(line))?.trim();
}
