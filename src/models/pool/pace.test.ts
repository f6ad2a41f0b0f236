import { describe, expect, test } from "vitest";
import { Pace } from "./pace.ts";

describe("the pace of an endpoint", () => {
  /** Sends a call whenever it may, for two minutes. Returns when calls were sent, in ms. */
  function send(pace: Pace, clock: { nowMs: number }, tokens = 10): number[] {
    const sent: number[] = [];
    while (clock.nowMs < 120_000) {
      const readyMs = pace.readyAtMs(tokens);
      if (readyMs > clock.nowMs) clock.nowMs = readyMs;
      pace.begin(tokens);
      sent.push(clock.nowMs);
    }
    return sent;
  }
  const mostInAMinute = (sent: readonly number[]): number =>
    Math.max(...sent.map((from) => sent.filter((atMs) => atMs >= from && atMs < from + 60_000).length));

  test.each([1, 30, 600])("no minute has more than %i requests, and most have nearly as many", (requestsPerMinute) => {
    const clock = { nowMs: 0 };
    const sent = send(new Pace({ requestsPerMinute, now: () => clock.nowMs }), clock);
    expect(mostInAMinute(sent)).toBeLessThanOrEqual(requestsPerMinute);
    expect(sent.length).toBeGreaterThanOrEqual(Math.floor(1.9 * requestsPerMinute));
  });

  test("no minute has more tokens, and the real use of a call corrects the expected one", () => {
    const clock = { nowMs: 0 };
    const pace = new Pace({ tokensPerMinute: 6_000, now: () => clock.nowMs });
    const sent = send(pace, clock, 100);
    expect(mostInAMinute(sent) * 100).toBeLessThanOrEqual(6_000);
    expect(pace.heldBy).toBe("tokens-per-minute");
    pace.used(100, 700);
    expect(pace.readyAtMs(100)).toBeGreaterThan(clock.nowMs + 5_000);
  });

  test("what the server says is left counts down, and nothing is sent before the reset", () => {
    let nowMs = 0;
    const pace = new Pace({ now: () => nowMs });
    const first = pace.begin(10);
    pace.begin(10);
    // The server had two left when the first call arrived. Another call was sent since.
    pace.learn({ requestsLeft: 2, requestsResetMs: 30_000 }, first);
    expect(pace.readyAtMs(10)).toBe(0);
    pace.begin(10);
    expect(pace.readyAtMs(10)).toBe(30_000);
    expect(pace.heldBy).toBe("rate-limit");
    nowMs = 30_000;
    expect(pace.readyAtMs(10)).toBeLessThanOrEqual(nowMs);
    pace.pause(5_000);
    expect(pace.readyAtMs(10)).toBe(35_000);
  });
});
