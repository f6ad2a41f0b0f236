import { describe, expect, test } from "vitest";
import { AdaptiveLimit } from "./adaptive-limit.ts";

interface SimulatedServer {
  /** Calls that the server takes at once. More are refused. */
  readonly capacity?: number;
  /** Calls that the server works on at once. More wait. */
  readonly lanes?: number;
  /** Share of calls that the server refuses whatever the load. */
  readonly refusedShare?: number;
  readonly status?: 429 | 503;
}

/** A client that always has calls, a server whose calls take 100 ms, and a simulated clock. */
function simulate(server: SimulatedServer, { ceiling = 256, seconds = 30 } = {}) {
  let nowMs = 0;
  let random = 1;
  const draw = (): number => (random = (random * 16_807) % 2_147_483_647) / 2_147_483_647;
  const limit = new AdaptiveLimit({ ceiling, now: () => nowMs });
  const events: { atMs: number; end: () => void }[] = [];
  let inFlight = 0;
  const sent: number[] = [];
  const refused: number[] = [];
  const laneFreeAt = Array.from({ length: server.lanes ?? 0 }, () => 0);
  const durationMs = (): number => {
    if (server.lanes === undefined) return 100 * (0.8 + 0.4 * draw());
    const lane = laneFreeAt.indexOf(Math.min(...laneFreeAt));
    const begins = Math.max(nowMs, laneFreeAt[lane] ?? 0);
    laneFreeAt[lane] = begins + 100 * (0.8 + 0.4 * draw());
    return (laneFreeAt[lane] ?? 0) - nowMs;
  };
  const begin = (): void => {
    inFlight++;
    sent.push(nowMs);
    const call = limit.begin(inFlight);
    const startedMs = nowMs;
    if (inFlight > (server.capacity ?? Infinity) || draw() < (server.refusedShare ?? 0)) {
      events.push({
        atMs: nowMs + 2,
        end() {
          refused.push(nowMs);
          limit.refused(call, inFlight, (server.status ?? 429) === 429);
        },
      });
    } else events.push({ atMs: nowMs + durationMs(), end: () => limit.replied(call, "generate", nowMs - startedMs) });
  };
  while (nowMs < seconds * 1_000) {
    while (inFlight < limit.limit) begin();
    events.sort((a, b) => b.atMs - a.atMs);
    const next = events.pop();
    if (next === undefined) break;
    nowMs = next.atMs;
    next.end();
    inFlight--;
  }
  const after = (list: readonly number[], ms: number): number => list.filter((atMs) => atMs > ms).length;
  return { limit, refusedShareAfter: (ms: number) => after(refused, ms) / after(sent, ms), sent };
}

describe("calls at once, found by trying", () => {
  test("grow to the ceiling where nothing speaks against it", () => {
    const { limit } = simulate({}, { ceiling: 96, seconds: 2 });
    expect([limit.limit, limit.heldBy]).toEqual([96, "ceiling"]);
  });

  test("begin low: the first round trip sends 32", () => {
    const { sent } = simulate({}, { seconds: 1 });
    expect(sent.filter((atMs) => atMs < 80)).toHaveLength(32);
  });

  test.each([2, 8, 32, 100])("come to what a server takes that takes %i, and under 2%% of calls are refused from then on", (capacity) => {
    const { limit, refusedShareAfter } = simulate({ capacity });
    expect(limit.limit).toBeGreaterThanOrEqual(Math.floor(0.9 * capacity));
    expect(limit.limit).toBeLessThanOrEqual(capacity);
    expect(limit.heldBy).toBe("refusals");
    expect(refusedShareAfter(1_000)).toBeLessThan(0.02);
  });

  test("stop growing where more calls only wait", () => {
    const { limit } = simulate({ lanes: 20 });
    expect(limit.limit).toBeLessThan(128);
    expect(limit.limit).toBeGreaterThanOrEqual(20);
    expect(limit.heldBy).toBe("latency");
  });

  test.each([0.05, 0.3])("are not given up for 503 that come whatever the load (%f of the calls)", (refusedShare) => {
    const { limit } = simulate({ refusedShare, status: 503 }, { ceiling: 96 });
    expect(limit.limit).toBeGreaterThan(80);
  });

  test("go down for 429 that come whatever the load", () => {
    const { limit } = simulate({ refusedShare: 0.3 }, { ceiling: 96 });
    expect(limit.limit).toBeLessThan(32);
  });

  test("wait beside an endpoint that refused more, and grow on later; what holds far more, or fewer, goes on", () => {
    let nowMs = 0;
    const grown = (ceiling: number): AdaptiveLimit => {
      const limit = new AdaptiveLimit({ ceiling, now: () => nowMs });
      while (limit.limit < ceiling) limit.replied(limit.begin(limit.limit), "generate", 100);
      return limit;
    };
    const reply = (limit: AdaptiveLimit, times: number): void => {
      for (let index = 0; index < times; index++) limit.replied(limit.begin(limit.limit), "generate", 100);
    };
    const alike = grown(40);
    alike.otherRefusedBeyond(36, 34);
    reply(alike, 500);
    expect([alike.limit, alike.heldBy]).toEqual([36, "refusals"]);
    nowMs = 61_000;
    reply(alike, 500);
    expect(alike.limit).toBe(40);
    nowMs += 61_000;
    const probing = grown(64);
    probing.otherRefusedBeyond(60, 60);
    nowMs += 61_000;
    // After two windows of 60 replies it tries more.
    reply(probing, 121);
    probing.otherRefusedBeyond(60, 60);
    reply(probing, 500);
    expect(probing.limit).toBe(60);
    const larger = grown(128);
    larger.otherRefusedBeyond(36, 128);
    expect(larger.limit).toBe(128);
    const fewer = new AdaptiveLimit({ ceiling: 128 });
    fewer.otherRefusedBeyond(96, 32);
    reply(fewer, 40);
    expect(fewer.limit).toBeGreaterThan(96);
  });

  test("an endpoint that was away begins anew, and stops at what it held", () => {
    const { limit } = simulate({ capacity: 32 });
    const held = limit.limit;
    limit.restart();
    expect(limit.limit).toBeLessThanOrEqual(32);
    for (let index = 0; index < 500; index++) limit.replied(limit.begin(limit.limit), "generate", 100);
    expect([limit.limit, limit.heldBy]).toEqual([held, "refusals"]);
  });
});
