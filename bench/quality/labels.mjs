import { readFileSync } from "node:fs";
import { z } from "zod";
import { tags } from "../../dist/index.js";

const tag = z.enum(tags);
const lineSchema = z.object({
  id: z.string(),
  instruction: z.string(),
  response: z.string(),
  phrases: z.array(z.object({ tag, text: z.string(), fits: z.boolean(), serves: tag })).min(1),
});

/**
 * Reads labelled phrases. Each line holds a row with its instruction, its response and phrases. A
 * phrase has the tag that it was written under, whether it fits the row, and which tag it serves.
 * @throws Error that names the line that is not of this shape.
 */
export function readLabels(path) {
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((text, index) => (text.trim() === "" ? [] : [readLine(text, `${path}:${index + 1}`)]));
}

function readLine(text, place) {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${place} is no labelled row: ${error instanceof z.ZodError ? z.prettifyError(error) : error.message}`, {
      cause: error,
    });
  }
}
