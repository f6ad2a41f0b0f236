import { describe, expect, test } from "vitest";
import { CallQueue } from "./call-queue.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { Frontier } from "./proven-calls.ts";
import { Pace } from "./pace.ts";

describe("a circuit", () => {
  test("opens at once when nobody listens, lets one call through after a pause, and pauses longer the longer it is away", () => {
    let nowMs = 0;
    const circuit = new CircuitBreaker(() => nowMs);
    expect(circuit.failed("connection", true)).toBe(true);
    expect([circuit.state, circuit.tryAtMs]).toEqual(["open", 100]);
    nowMs = 100;
    circuit.began();
    expect([circuit.state, circuit.tryAtMs]).toEqual(["half-open", Infinity]);
    circuit.failed("connection", true);
    expect(circuit.tryAtMs).toBe(100 + 100);
    nowMs = 10_000;
    circuit.began();
    circuit.failed("connection", true);
    expect(circuit.tryAtMs).toBe(10_000 + 500);
    circuit.began();
    circuit.succeeded();
    expect([circuit.state, circuit.tryAtMs]).toEqual(["closed", 0]);
  });

  test("a broken connection now and then opens none, three in a row do; errors of the server only when nothing else comes", () => {
    const circuit = new CircuitBreaker(() => 0);
    circuit.failed("connection");
    circuit.failed("connection");
    circuit.succeeded();
    circuit.failed("connection");
    circuit.failed("connection");
    expect(circuit.state).toBe("closed");
    expect(circuit.failed("connection")).toBe(true);
    const errors = new CircuitBreaker(() => 0);
    for (let index = 0; index < 11; index++) expect(errors.failed("server")).toBe(false);
    expect(errors.failed("server")).toBe(true);
  });
});

describe("the pace of an endpoint", () => {
  /** Sends whenever it may, for two minutes; when calls were sent, in ms. */
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

  test("no minute has more tokens; what a call really came to is put right", () => {
    const clock = { nowMs: 0 };
    const pace = new Pace({ tokensPerMinute: 6_000, now: () => clock.nowMs });
    const sent = send(pace, clock, 100);
    expect(mostInAMinute(sent) * 100).toBeLessThanOrEqual(6_000);
    expect(pace.heldBy).toBe("tokens-per-minute");
    pace.used(100, 700);
    expect(pace.readyAtMs(100)).toBeGreaterThan(clock.nowMs + 5_000);
  });

  test("what the server says is left counts down; nothing is sent before it is there again", () => {
    let nowMs = 0;
    const pace = new Pace({ now: () => nowMs });
    const first = pace.begin(10);
    pace.begin(10);
    // Two were left when the first call arrived; another was sent since.
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

describe("the frontier of a pool", () => {
  const [first, second] = [{}, {}];

  test("only one endpoint at a time goes beyond what is known, and the others follow when it has not been refused", () => {
    let nowMs = 1_000;
    const frontier = new Frontier(32, () => nowMs);
    frontier.began(first, 32);
    expect(frontier.readyAtMs(second, 32)).toBe(0);
    frontier.began(first, 33);
    frontier.began(first, 40);
    expect(frontier.readyAtMs(first, 40)).toBe(0);
    expect(frontier.readyAtMs(second, 31)).toBe(0);
    expect(frontier.readyAtMs(second, 32)).toBe(1_250);
    nowMs = 1_250;
    expect([frontier.readyAtMs(second, 39), frontier.calls]).toEqual([0, 40]);
  });

  test("a reply shows at once that so many are taken; a refusal leaves it to the next endpoint", () => {
    const frontier = new Frontier(32, () => 0);
    frontier.began(first, 36);
    frontier.replied(34);
    expect([frontier.readyAtMs(second, 33), frontier.calls]).toEqual([0, 34]);
    frontier.began(first, 36);
    frontier.failed(second);
    expect(frontier.readyAtMs(second, 34)).toBeGreaterThan(0);
    frontier.failed(first);
    expect([frontier.readyAtMs(second, 34), frontier.calls]).toEqual([0, 34]);
  });
});

test("calls that wait: those of later phases first, and once no row is left to begin, those of earlier ones", () => {
  const queue = new CallQueue();
  const { signal } = new AbortController();
  const ranks = { generate: 0, verify: 2, respond: 3 };
  for (const name of ["generate", "respond", "verify", "respond"] as const)
    queue.push({ purpose: { name, rank: ranks[name] }, signal, resolve: () => undefined, reject: () => undefined });
  const next = (): string | undefined => {
    const phase = queue.peek()?.purpose.name;
    queue.shift();
    return phase;
  };
  expect(queue.size).toBe(4);
  expect(next()).toBe("respond");
  queue.noMoreRows();
  expect([next(), next(), next(), next()]).toEqual(["generate", "verify", "respond", undefined]);
  expect(queue.size).toBe(0);
});
