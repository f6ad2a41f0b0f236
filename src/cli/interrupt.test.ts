import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { exitCodes } from "./exit-codes.ts";
import { untilInterrupted } from "./interrupt.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

type Signal = readonly [name: "SIGINT" | "SIGTERM", afterMs: number];

/**
 * Sends signals, each so many milliseconds after the one before.
 * @returns Which of them ended the process.
 */
function quitsAt(...signals: readonly Signal[]): number | undefined {
  const exit = vi.spyOn(process, "exit").mockImplementation((() => undefined) as never);
  const said: string[] = [];
  const names = ["SIGINT", "SIGTERM"] as const;
  const others = new Set(names.flatMap((name) => process.listeners(name)));
  using interrupt = untilInterrupted((text) => said.push(text));
  // Test files share a process, and the listeners of others may end it.
  const listener = names.flatMap((name) => process.listeners(name)).find((each) => !others.has(each));
  for (const [index, [name, afterMs]] of signals.entries()) {
    vi.advanceTimersByTime(afterMs);
    listener?.(name);
    expect(interrupt.signal.aborted).toBe(true);
    expect(said.filter((text) => text.startsWith("Stopping"))).toHaveLength(1);
    if (exit.mock.calls.length === 0) continue;
    expect(exit).toHaveBeenCalledWith(exitCodes.interrupted);
    expect(said.at(-1)).toBe("Quit at once. What has come is kept, and the same command goes on.");
    return index;
  }
  return undefined;
}

test.each(["SIGINT", "SIGTERM"] as const)("the Ctrl-C of a person some time after %s quits at once", (first) => {
  expect(quitsAt([first, 0], ["SIGINT", 1_500])).toBe(1);
});

test.each<[string, ...Signal[]]>([
  ["a scheduler and the script of the task", ["SIGTERM", 0], ["SIGTERM", 5], ["SIGTERM", 30_000]],
  ["a terminal and a script that passes it on", ["SIGINT", 0], ["SIGTERM", 5], ["SIGTERM", 1_500]],
  ["a script that was faster than the terminal", ["SIGTERM", 0], ["SIGINT", 5]],
  ["a terminal and the program that started this one", ["SIGINT", 0], ["SIGINT", 5]],
])("signals of %s are one", (_, ...signals) => {
  expect(quitsAt(...signals)).toBe(undefined);
});
