import { expect, test } from "vitest";
import type { Example } from "../records/example.ts";
import { Sieve } from "./filter.ts";

function reasonsFor(phrase: string, response: string): string[] {
  const example: Example = {
    id: "1",
    line: 1,
    messages: [
      { role: "user", content: "?" },
      { role: "assistant", content: response },
    ],
    columns: {},
  };
  const sieve = new Sieve(example, { repair: true, checkContent: true });
  return sieve.sift({ tagged: `<<Task>>${phrase}<</Task>>`, cutShort: false }).faults.map(({ reason }) => reason);
}

test.each([
  ["English", "the sun rises in the east each day and sets in the west"],
  ["Hindi", "सूर्य हर दिन पूर्व दिशा में उगता है और फिर पश्चिम में डूबता है"],
])("a phrase copies the response if they share ten words in a row: %s", (_, text) => {
  const words = text.split(" ");
  expect(reasonsFor(`Start: ${words.slice(0, 10).join(" ")}`, text)).toEqual(["copies-response"]);
  expect(reasonsFor(`Start: ${words.slice(0, 9).join(" ")}`, text)).toEqual([]);
});
