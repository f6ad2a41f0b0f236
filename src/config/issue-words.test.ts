import { expect, test } from "vitest";
import { z } from "zod";
import { configSchema } from "./config-schema.ts";
import { issueInWords } from "./issue-words.ts";

const wordsOf = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { reportInput: true }).error?.issues.map(issueInWords)[0];

test.each([
  [{ limit: "abc" }, 'expected a number, found "abc"'],
  [{ limit: 1.5 }, "expected a whole number, found 1.5"],
  [{ limit: null }, "expected a number, found null"],
  [{ concurrency: 0 }, "expected a number of at least 1, found 0"],
  [{ concurrency: 20_000 }, "expected a number of at most 10000, found 20000"],
  [{ maxCost: -1 }, "expected a number above 0, found -1"],
  [{ preset: "papers" }, 'expected standard or paper, found "papers"'],
  [{ quiet: "yes" }, 'expected true or false, found "yes"'],
  [{ baseUrl: 5 }, "expected text or a list, found 5"],
  [{ generate: [] }, "expected keys and values, found a list"],
  [{ respond: { gates: { leak: "never" } } }, 'expected retry or keep-original or drop or off, found "never"'],
  [{ prices: { m: { input: 1 } } }, "expected a number, found nothing"],
  [{ model: { a: 1 } }, "expected text, found keys and values"],
])("%j is refused in words", (value, words) => expect(wordsOf(configSchema, value)).toBe(words));

test("a message of the schema's own stays, and no header's value is shown", () => {
  expect(wordsOf(configSchema, { retry: ["dropt"] })).toMatch(/^expected dropped, or dropped:<reason>.*, found "dropt"$/);
  expect(wordsOf(configSchema, { headers: ["api-key 12345"] })).toBe("expected a name and a value, such as 'api-key: ${MY_KEY}'");
});

test("a value that is long is cut", () => expect(wordsOf(z.number(), "x".repeat(200))).toMatch(/^expected a number, found "x{59}\.\.\.$/));
