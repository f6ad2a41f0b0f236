import type { OpenBatch } from "./open-batch.ts";

/** What is open, and how to go on, as a sentence. */
export function openWords(batches: readonly OpenBatch[]): string {
  const open = batches.filter(({ isOpen }) => isOpen);
  const calls = open.reduce((total, { record }) => total + record.requests, 0);
  const count = `${open.length} ${open.length === 1 ? "batch" : "batches"} with ${calls} calls ${open.length === 1 ? "is" : "are"} open`;
  const asked = open.filter(({ isFile }) => isFile);
  const [first] = asked;
  if (first === undefined) return `${count}. The same command goes on.`;
  const files = asked.map(({ files }) => files.requests).join(" ");
  return `${count}: ${files}. Have them answered, as by vllm run-batch -i ${first.files.requests} -o ${first.files.replies}, and run the same command again.`;
}

/** That a file which no program has answered is given up, as a sentence. */
export function withdrawnWords({ files, record: { requests } }: OpenBatch): string {
  return `${files.replies} is not there, so the ${requests} calls of ${files.requests} are asked another way. Replies that a program writes there later are not read.`;
}
