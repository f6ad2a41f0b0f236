import { expect, test } from "vitest";
import { ReplyTimeout } from "./reply-timeout.ts";

test("is as long as the user allows until it is known how long replies of a kind take", () => {
  const timeout = new ReplyTimeout(300_000);
  for (let reply = 0; reply < 19; reply++) timeout.replied("verify", 200);
  expect(timeout.of("verify")).toBe(300_000);
  timeout.replied("verify", 200);
  expect(timeout.of("verify")).toBe(30_000);
  expect(timeout.of("respond")).toBe(300_000);
  timeout.timedOut("respond", 30_000);
  timeout.replied("verify", 12_000);
  expect(timeout.of("verify")).toBe(120_000);
  timeout.replied("verify", 90_000);
  expect(timeout.of("verify")).toBe(300_000);
});
