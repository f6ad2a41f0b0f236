import { expect, test } from "vitest";
import { withCarried } from "./carried-columns.ts";

test("no column is lost, whatever its name", () => {
  const carried = { original_messages: "kept", messages: "m", toString: "t", constructor: 1 };
  expect(withCarried({ messages: [] }, carried)).toEqual({
    messages: [],
    original_messages: "kept",
    original_original_messages: "m",
    toString: "t",
    constructor: 1,
  });
});
