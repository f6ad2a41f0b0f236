import { expect, test } from "vitest";
import { merged } from "./ask.ts";

test("orders that disagree are a tie, unless one of them has no verdict", () => {
  const of = (a: "new" | "original" | "tie" | "unparsed", b: typeof a): string => {
    const { verdict, agreement } = merged([{ verdict: a }, { verdict: b }]);
    return `${verdict}, ${agreement}`;
  };
  expect(of("new", "new")).toBe("new, consistent");
  expect(of("tie", "tie")).toBe("tie, consistent");
  expect(of("new", "original")).toBe("tie, reversed");
  expect(of("tie", "original")).toBe("tie, tie-and-win");
  expect(of("new", "unparsed")).toBe("unparsed, unparsed");
});
