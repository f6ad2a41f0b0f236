import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { inLanes } from "./lanes.ts";

const { signal } = new AbortController();

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) yield number;
}

test("each item is worked on once, in order, so many at a time and no more", async () => {
  const begun: number[] = [];
  let [underWay, most] = [0, 0];
  await inLanes(numbers(100), { width: 7, signal }, async (number) => {
    begun.push(number);
    most = Math.max(most, ++underWay);
    await turn();
    underWay--;
  });
  expect(begun).toEqual(Array.from({ length: 100 }, (_, index) => index));
  expect(most).toBe(7);
});

test("items that wait for something else than this process are worked on as many at a time as there may be", async () => {
  let [underWay, most] = [0, 0];
  await inLanes(numbers(1_000), { width: 300, signal }, async () => {
    most = Math.max(most, ++underWay);
    await sleep(400);
    underWay--;
  });
  expect(most).toBe(300);
});

test("items that keep this process busy are not worked on in hundreds", async () => {
  let [underWay, most] = [0, 0];
  await inLanes(numbers(3_000), { width: 300, signal }, async () => {
    most = Math.max(most, ++underWay);
    for (let turns = 0; turns < 3; turns++) {
      const until = performance.now() + 0.1;
      while (performance.now() < until);
      await turn();
    }
    underWay--;
  });
  expect(most).toBeLessThan(200);
});

test("the end is told once; no items are an end, too", async () => {
  for (const count of [0, 5]) {
    let told = 0;
    await inLanes(numbers(count), { width: 3, signal, onLast: () => told++ }, () => turn());
    expect(told).toBe(1);
  }
});

test("the end is told when the last item was begun, which is not yet done", async () => {
  let [begun, done, doneBefore, told] = [0, 0, -1, 0];
  const onLast = (): void => void ([doneBefore, told] = [done, told + 1]);
  await inLanes(numbers(10), { width: 4, signal, onLast }, async () => {
    expect([++begun, doneBefore]).toEqual([begun, -1]);
    await turn();
    done++;
  });
  expect([told, done, doneBefore >= 6, doneBefore < 10]).toEqual([1, 10, true, true]);
});

test("after an error nothing is begun, and what is under way is left to end", async () => {
  let [begun, ended] = [0, 0];
  const run = inLanes(numbers(100), { width: 4, signal }, async (number) => {
    begun++;
    if (number === 5) throw new Error("the sixth");
    await sleep(5);
    ended++;
  });
  await expect(run).rejects.toThrow("the sixth");
  expect(begun).toBeLessThan(12);
  expect(ended).toBe(begun - 1);
});

test("an abort ends it while the next item is waited for", async () => {
  const abort = new AbortController();
  async function* waiting(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => {});
  }
  const run = inLanes(waiting(), { width: 2, signal: abort.signal }, () => turn());
  await sleep(20);
  abort.abort();
  await run;
});

test("no more items are at work than the budget bears, and at least one", async () => {
  for (const [bearable, expected] of [
    [3, 3],
    [0, 1],
  ] as const) {
    let [underWay, most, done] = [0, 0, 0];
    await inLanes(numbers(20), { width: 10, signal, affordable: () => bearable }, async () => {
      most = Math.max(most, ++underWay);
      await turn();
      underWay--;
      done++;
    });
    expect([most, done]).toEqual([expected, 20]);
  }
});
