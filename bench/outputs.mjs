import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * Reads the output files of a run directory over a dataset of `rows` rows. Counts the rows that are
 * missing, doubled, or hold a reply about another row (`strangers`).
 */
export async function readOutputs(folder, rows) {
  const seen = new Map();
  let strangers = 0;
  for (const name of ["dataset.jsonl", "rejected.jsonl"])
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      const { id, messages } = JSON.parse(line);
      seen.set(id, (seen.get(id) ?? 0) + 1);
      // Each reply names the number of its row, after "Item" in messages and "fact" in responses.
      const ofRow = new RegExp(`\\b(?:Item|fact) ${id.slice(1)}[ .]`);
      const texts = messages?.filter(({ role }) => role !== "user").map(({ content }) => content) ?? [];
      if (!texts.every((text) => ofRow.test(text))) strangers++;
    }
  const missing = Array.from({ length: rows }, (_, index) => `r${index}`).filter((id) => !seen.has(id)).length;
  return { missing, doubled: [...seen.values()].filter((count) => count > 1).length, strangers };
}

export const digestOf = (folder) =>
  createHash("sha256")
    .update(readFileSync(join(folder, "dataset.jsonl")))
    .digest("hex");
