import type { BatchOptions } from "./batch-options.ts";
import type { OpenBatch } from "./open-batch.ts";

/** What is open, and how to go on, as a sentence. */
export function openWords(batches: readonly OpenBatch[], { way }: BatchOptions): string {
  const open = batches.filter(({ isOpen }) => isOpen);
  const calls = open.reduce((total, { record }) => total + record.requests, 0);
  const count = `${open.length} ${open.length === 1 ? "batch" : "batches"} with ${calls} calls ${open.length === 1 ? "is" : "are"} open`;
  if (way === "server") return `${count}. The same command goes on.`;
  const files = open.map(({ files }) => files.requests).join(" ");
  const [first] = open;
  return `${count}: ${files}. Have them answered, as by vllm run-batch -i ${first?.files.requests ?? ""} -o ${first?.files.replies ?? ""}, and run the same command again.`;
}
