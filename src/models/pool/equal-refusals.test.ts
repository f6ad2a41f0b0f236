import { expect, test } from "vitest";
import { ModelError } from "../../errors.ts";
import { EqualRefusals, type BegunCall } from "./equal-refusals.ts";

const refusal = (request: number, words = "no"): ModelError =>
  new ModelError("bad-request", `gpu1 answered 400: ${words}, request ${request}`, { status: 400 });
const begin = (refusals: EqualRefusals, count: number): BegunCall[] => Array.from({ length: count }, () => refusals.began("verify"));
/** The place of the first call whose end ended the run. */
const endedAt = (refusals: EqualRefusals, calls: readonly BegunCall[], error: (at: number) => ModelError): number =>
  calls.findIndex((call, at) => refusals.failed(call, "verify", error(at)) !== undefined);

test("ten equal refusals end the run in the server's words, once no earlier call is under way", () => {
  const refusals = new EqualRefusals();
  const calls = begin(refusals, 9);
  expect(endedAt(refusals, calls, refusal)).toBe(-1);
  const [last] = begin(refusals, 1);
  const end = last && refusals.failed(last, "verify", refusal(10));
  expect(end).toMatchObject({ kind: "bad-request", stops: "always", retryable: false });
  expect(end?.message).toMatch(/^gpu1 answered 400: no.*verify/);
  const together = new EqualRefusals();
  expect(endedAt(together, begin(together, 32), refusal)).toBe(31);
});

test("calls that begin while earlier ones are waited for are not waited for too", () => {
  const refusals = new EqualRefusals();
  const calls = begin(refusals, 11);
  expect(endedAt(refusals, calls.slice(0, 10), refusal)).toBe(-1);
  begin(refusals, 5);
  expect(endedAt(refusals, calls.slice(10), refusal)).toBe(0);
});

test("a reply of the purpose ends the suspicion, one of another purpose does not", () => {
  const refusals = new EqualRefusals();
  const calls = begin(refusals, 11);
  endedAt(refusals, calls.slice(0, 10), refusal);
  refusals.answered(refusals.began("generate"));
  const [last] = calls.slice(10);
  if (last) refusals.answered(last);
  expect(endedAt(refusals, begin(refusals, 40), refusal)).toBe(-1);
  const other = new EqualRefusals();
  other.answered(other.began("generate"));
  expect(endedAt(other, begin(other, 10), refusal)).toBe(9);
});

test("refusals in several words, and errors of a busy or broken server, end nothing", () => {
  const several = new EqualRefusals();
  expect(endedAt(several, begin(several, 40), (at) => refusal(at, at % 2 === 0 ? "flagged for violence" : "flagged for fraud"))).toBe(-1);
  for (const kind of ["server", "rate-limit", "timeout", "connection", "context-overflow"] as const) {
    const refusals = new EqualRefusals();
    expect(endedAt(refusals, begin(refusals, 40), () => new ModelError(kind, "no"))).toBe(-1);
  }
});
