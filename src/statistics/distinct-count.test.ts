import { expect, test } from "vitest";
import { DistinctCount } from "./distinct-count.ts";
import { mix } from "./mix.ts";

test.each([0, 5, 9_999, 30_000, 300_000])("%i different hashes are counted within 3%%, however often each comes", (count) => {
  const distinct = new DistinctCount();
  for (let round = 0; round < 2; round++) for (let index = 0; index < count; index++) distinct.add(mix(index + 1));
  const found = distinct.count();
  if (count < 10_000) expect(found).toBe(count);
  else expect(Math.abs(found - count) / count).toBeLessThan(0.03);
});
