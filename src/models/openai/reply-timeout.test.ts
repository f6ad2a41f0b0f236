import { expect, test } from "vitest";
import { Patience } from "./reply-timeout.ts";

test("waits as long as allowed until it knows how long replies of a kind take", () => {
  const patience = new Patience(300_000);
  for (let reply = 0; reply < 19; reply++) patience.learn("verify", 200);
  expect(patience.timeoutMs("verify")).toBe(300_000);
  patience.learn("verify", 200);
  expect(patience.timeoutMs("verify")).toBe(30_000);
  expect(patience.timeoutMs("respond")).toBe(300_000);
  patience.gaveUp("respond", 30_000);
  patience.learn("verify", 12_000);
  expect(patience.timeoutMs("verify")).toBe(120_000);
  patience.learn("verify", 90_000);
  expect(patience.timeoutMs("verify")).toBe(300_000);
});
