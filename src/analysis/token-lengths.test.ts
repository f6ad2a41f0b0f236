import { expect, test } from "vitest";
import { openTokenLengths } from "./token-lengths.ts";

test("tokens are the encoding's; a text that is one long word takes no ages", async () => {
  const own = await openTokenLengths("gpt-4o-mini");
  expect([own?.name, own?.lengths("Hello, world!"), own?.lengths("")]).toEqual(["o200k_base", 4, 0]);
  const other = await openTokenLengths("some-model");
  expect(other?.name).toContain("may not be the model's own");
  const began = performance.now();
  expect(other?.lengths("a".repeat(200_000))).toBeGreaterThan(1_000);
  expect(performance.now() - began).toBeLessThan(20_000);
});
