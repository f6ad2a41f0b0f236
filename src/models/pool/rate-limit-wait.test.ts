import { expect, test } from "vitest";
import { ModelError } from "../../errors.ts";
import { RateLimitWait } from "./rate-limit-wait.ts";

const error = new ModelError("rate-limit", "host answered 429: slow down", { retryable: true, status: 429 });

test("without any reply the run ends after three minutes, in the server's words, and the user is told each minute", () => {
  let now = 0;
  const notices: string[] = [];
  const wait = new RateLimitWait(
    (text) => notices.push(text),
    () => now,
  );
  expect(wait.check()).toBeUndefined();
  for (; now < 180_000; now += 10_000) {
    wait.refused(error);
    expect(wait.check()).toBeUndefined();
  }
  expect(notices).toEqual([expect.stringMatching(/slow down.*60 s: waiting/), expect.stringMatching(/120 s: waiting/)]);
  expect(wait.check()).toMatchObject({
    kind: "rate-limit",
    stops: "always",
    retryable: false,
    message: expect.stringMatching(/slow down.*180 s/),
  });
});

test("after a reply calls wait for as long as it takes, and a reply ends the waiting", () => {
  let now = 0;
  const notices: string[] = [];
  const wait = new RateLimitWait(
    (text) => notices.push(text),
    () => now,
  );
  wait.replied();
  wait.refused(error);
  now = 3_600_000;
  expect(wait.check()).toBeUndefined();
  expect(notices).toHaveLength(1);
  wait.replied();
  now += 3_600_000;
  expect(wait.check()).toBeUndefined();
  expect(notices).toHaveLength(1);
});
