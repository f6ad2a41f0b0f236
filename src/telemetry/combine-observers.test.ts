import { expect, test } from "vitest";
import { combineObservers } from "./combine-observers.ts";

test("tells each observer in order, passes over absent ones and keeps `this`", () => {
  const told: string[] = [];
  class Counting {
    count = 0;
    onPhase(): void {
      this.count++;
    }
  }
  const counting = new Counting();
  const observer = combineObservers(
    undefined,
    { onNotice: (text) => void told.push(`a ${text}`), onPhase: (phase) => void told.push(phase) },
    {},
    { onNotice: (text) => void told.push(`b ${text}`) },
    counting,
  );
  observer.onNotice("x");
  observer.onPhase("verify");
  observer.onRow({ outcome: "done", phase: undefined, id: "1", reason: undefined });
  expect(told).toEqual(["a x", "b x", "verify"]);
  expect(counting.count).toBe(1);
});

test("one that alone wants an event is called directly", () => {
  function onNotice(): void {}
  expect(combineObservers({ onNotice }, undefined).onNotice.name).toBe("bound onNotice");
});
