import { expect, test } from "vitest";
import { ModelError } from "../errors.ts";
import { RunStop } from "./run-stop.ts";

const said = ({ state, why, rows, calls }: RunStop): unknown[] => [state, why, rows.aborted, calls.aborted];

test("a run that nothing ended is finished", () => {
  using stop = new RunStop(undefined);
  expect(said(stop)).toEqual(["finished", undefined, false, false]);
});

test("the user's signal ends rows and calls, also when it came before", () => {
  const users = new AbortController();
  using stop = new RunStop(users.signal);
  users.abort();
  expect(said(stop)).toEqual(["interrupted", undefined, true, true]);
  using late = new RunStop(users.signal);
  expect(late.rows.aborted).toBe(true);
});

test("a spent budget ends rows and calls, and says why", () => {
  using stop = new RunStop(undefined);
  stop.budgetSpent(new Error("The budget is spent."));
  expect(said(stop)).toEqual(["stopped", "The budget is spent.", true, true]);
});

test("a budget that is spent after the user stopped the run is not why it ended", () => {
  const users = new AbortController();
  using stop = new RunStop(users.signal);
  users.abort();
  stop.budgetSpent(new Error("The budget is spent."));
  expect(stop.state).toBe("interrupted");
});

test.each<[ConstructorParameters<typeof ModelError>[2], boolean, boolean]>([
  [{ stops: "always" }, true, true],
  [{ stops: "at-first" }, false, true],
  [{ stops: "at-first" }, true, false],
  [{}, false, false],
])("an error that %j, with a reply of the model before: %s, ends the calls: %s", (options, hasReplied, ends) => {
  using stop = new RunStop(undefined);
  stop.callFailed(new ModelError("auth", "no", options), hasReplied);
  expect(said(stop)).toEqual(ends ? ["stopped", "no", false, true] : ["finished", undefined, false, false]);
});

test("the first error is the one that counts", () => {
  using stop = new RunStop(undefined);
  for (const message of ["first", "second"]) stop.callFailed(new ModelError("auth", message, { stops: "always" }), false);
  expect(stop.fatal?.message).toBe("first");
});
