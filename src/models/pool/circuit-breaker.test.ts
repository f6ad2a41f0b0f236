import { describe, expect, test } from "vitest";
import { CircuitBreaker } from "./circuit-breaker.ts";

describe("a circuit", () => {
  test("opens at once when nobody listens, lets one call through after a pause, and pauses for longer the longer it is down", () => {
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

  test("three broken connections in a row open it, and twelve errors of the server", () => {
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
