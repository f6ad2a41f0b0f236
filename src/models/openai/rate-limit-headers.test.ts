import { expect, test } from "vitest";
import { readQuota, readRetryAfter } from "./rate-limit-headers.ts";

test("Retry-After in seconds, in milliseconds, or as a date by the server's own clock", () => {
  expect(readRetryAfter({ "retry-after": "2" })).toBe(2_000);
  expect(readRetryAfter({ "retry-after": "2", "retry-after-ms": "150" })).toBe(150);
  const date = "Thu, 01 Jan 2026 00:00:00 GMT";
  expect(readRetryAfter({ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT", date })).toBe(30_000);
  expect(readRetryAfter({ "retry-after": "Wed, 31 Dec 2025 00:00:30 GMT", date })).toBe(0);
  expect(readRetryAfter({ "retry-after": new Date(0).toUTCString() })).toBe(0);
  expect(readRetryAfter({ "retry-after": "soon" })).toBeUndefined();
  expect(readRetryAfter({})).toBeUndefined();
});

test.each([
  [
    { "x-ratelimit-remaining-requests": "59", "x-ratelimit-reset-requests": "1s" },
    { requestsLeft: 59, requestsResetMs: 1_000 },
  ],
  [
    { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0.5s" },
    { tokensLeft: 0, tokensResetMs: 360_500 },
  ],
  [
    { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "20ms" },
    { requestsLeft: 0, requestsResetMs: 20 },
  ],
  [
    { "ratelimit-remaining": "3", "ratelimit-reset": "30" },
    { requestsLeft: 3, requestsResetMs: 30_000 },
  ],
  [{ ratelimit: '"default";r=50;t=30' }, { requestsLeft: 50, requestsResetMs: 30_000 }],
  [{ "anthropic-ratelimit-requests-remaining": "7" }, { requestsLeft: 7 }],
])("quota out of %j", (headers, quota) => expect(readQuota(headers)).toEqual(quota));

test.each(["2026-01-01T00:00:02Z", String(Date.parse("2026-01-01T00:00:02Z") / 1000)])(
  "a point in time (%s) is by the server's clock",
  (reset) => {
    const date = "Thu, 01 Jan 2026 00:00:00 GMT";
    expect(readQuota({ "ratelimit-remaining": "0", "ratelimit-reset": reset, date })).toEqual({ requestsLeft: 0, requestsResetMs: 2_000 });
  },
);

test("a server that says nothing of quotas", () => expect(readQuota({ "content-type": "application/json" })).toBeUndefined());
