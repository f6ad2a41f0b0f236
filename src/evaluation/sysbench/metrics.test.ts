import { expect, test } from "vitest";
import { sessionFigures, sessionScores, turnsHeld, valueOf, type JudgedSession, type JudgedTurn, type Satisfied } from "./metrics.ts";

const turn = (satisfied: readonly Satisfied[], isAligned = true): JudgedTurn => ({
  isAligned,
  verdicts: satisfied.map((verdict, index) => ({ type: index === 0 ? "a" : "b", satisfied: verdict })),
});
const yes = turn(["yes"]);
const no = turn(["no"]);
const session = (turns: readonly JudgedTurn[], isDependent = true): JudgedSession => ({ isDependent, turns });
const valuesOf = (sessions: readonly JudgedSession[]): Record<string, number | undefined> =>
  Object.fromEntries(sessionFigures(sessions, { a: "action", b: "style" }).map((figure) => [figure.name, valueOf(figure)]));

test("the two formulas of CSR differ where turns have unlike numbers of criteria", () => {
  const values = valuesOf([session([turn(["yes", "yes", "yes", "yes"]), no])]);
  expect(values["csr"]).toBeCloseTo(1 / 2, 12);
  expect(values["csr-pooled"]).toBeCloseTo(4 / 5, 12);
  expect(values["csr-action"]).toBeCloseTo(1 / 2, 12);
  expect(values["csr-style"]).toBe(1);
});

test("a session is held up to its first turn that is not satisfied", () => {
  const broken = session([yes, yes, no, yes, yes]);
  expect(turnsHeld(broken)).toBe(2);
  const values = valuesOf([broken, session([yes, yes, yes, yes, yes], false)]);
  expect(values).toMatchObject({
    ssr: 0.7,
    "ssr-dependent": 0.4,
    "ssr-parallel": 1,
    "r2-dependent": 1,
    "r3-dependent": 0,
    "r5-parallel": 1,
  });
  expect(values["isr"]).toBeCloseTo(9 / 10, 12);
  expect(sessionScores(broken)).toEqual({ csr: 0.8, isr: 0.8, ssr: 0.4, r1: 1, r2: 1, r3: 0, r4: 0, r5: 0 });
});

test("a session without a fourth turn does not count for the first four", () => {
  expect(valuesOf([session([yes, yes, yes]), session([yes, yes, yes, no])])).toMatchObject({ r3: 1, r4: 0, ssr: 0.875 });
  expect(valuesOf([session([yes, yes, yes]), session([yes, yes, yes, yes])])).toMatchObject({ r3: 1, r4: 1 });
});

test("a verdict that is neither yes nor no is not satisfied, and leaves its turn usable", () => {
  const values = valuesOf([session([turn(["yes", "other"])])]);
  expect(values).toMatchObject({ csr: 0.5, "csr-pooled": 0.5, isr: 1, ssr: 1 });
});

test("aligned and misaligned turns are apart, and a figure without turns has no value", () => {
  const values = valuesOf([session([yes, turn(["no"], false)])]);
  expect(values).toMatchObject({ "isr-aligned": 1, "isr-misaligned": 0, "ssr-parallel": undefined });
});

test("what could not be read does not count", () => {
  const unread: JudgedTurn = { isAligned: true, verdicts: null };
  const values = valuesOf([session([yes, unread]), session([no, yes])]);
  expect(values["isr"]).toBeCloseTo(2 / 3, 12);
  expect(values["ssr"]).toBe(0);
  expect(sessionScores(session([yes, unread]))).toEqual({ csr: null, isr: null, ssr: null, r1: null, r2: null });
});
