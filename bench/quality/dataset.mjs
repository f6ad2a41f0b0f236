import { openDataset, resolveConfig } from "../../dist/index.js";
import { languageOf } from "./language.mjs";

/**
 * Reads the rows of a dataset. A row has its id, its `instruction` (the user's turns, joined), its
 * `source` and its `language`. The last two are its columns of these names. A row without a column
 * `language` has the language of its instruction.
 */
export async function readDataset(path) {
  const rows = [];
  for await (const { id, content } of (await openDataset(resolveConfig({ input: path }))).entries) {
    const { messages = [], columns = {} } = content.example ?? {};
    const instruction = messages
      .filter(({ role }) => role === "user")
      .map((message) => message.content)
      .join("\n");
    rows.push({ id, instruction, source: columns.source ?? "all", language: columns.language ?? languageOf(instruction) });
  }
  return rows;
}
