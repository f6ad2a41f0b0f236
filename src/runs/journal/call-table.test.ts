import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { CallTable } from "./call-table.ts";

test("the table of calls finds every call it was told of, and hardly any other", () => {
  const table = new CallTable();
  const addressAt = (index: number): string => hash("sha256", String(index), "base64url");
  for (let index = 0; index < 20_000; index++) table.add(addressAt(index), 1_000_000_000_000 + index);
  for (let index = 0; index < 20_000; index++) expect([...table.find(addressAt(index))]).toContain(1_000_000_000_000 + index);
  const others = Array.from({ length: 20_000 }, (_, index) => [...table.find(addressAt(-1 - index))].length);
  expect(others.filter((count) => count > 0).length).toBeLessThan(100);
});
