import type { z } from "zod";
import { UsageError } from "../errors.ts";
import { issueInWords } from "./issue-words.ts";
import { knownKeys } from "./known-keys.ts";

/**
 * Options that a program gives, as their schema reads them.
 * @throws UsageError that names the first option that is wrong.
 */
export function parseGiven<Schema extends z.ZodType>(schema: Schema, given: z.input<Schema>): z.output<Schema> {
  const result = schema.safeParse(given, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw new TypeError("a value that does not fit has an issue");
  if (issue.code === "unrecognized_keys") {
    const unknown = [...issue.path, issue.keys[0]].map(String).join(".");
    throw new UsageError(`${unknown}: unknown option. Known options: ${knownKeys(schema, issue.path).join(", ")}.`);
  }
  throw new UsageError(`${issue.path.map(String).join(".")}: ${issueInWords(issue)}.`);
}
