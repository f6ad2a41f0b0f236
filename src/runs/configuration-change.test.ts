import { describe, expect, test } from "vitest";
import { beginRerun, differences, refuseChanges } from "./configuration-change.ts";
import type { Identity, Manifest } from "./manifest.ts";

const identity: Identity = {
  input: { phase: "input", value: "/rows.jsonl" },
  model: { phase: "generate", value: "m" },
  "respond.gates.tone": { phase: "respond", value: "retry" },
  "unknown-phase.strength": { phase: "unknown-phase", value: 3 },
};
const manifest = (more: Partial<Manifest> = {}): Manifest => ({ state: "finished", identity, rounds: {}, retrySession: 0, ...more });

test("differences are settings of another value, also those that only one of two configurations has", () => {
  const now: Identity = { ...identity, model: { phase: "generate", value: "n" }, seed: { phase: "generate", value: 1 } };
  delete now["respond.gates.tone"];
  expect(differences(identity, identity)).toEqual([]);
  expect(differences(identity, now)).toEqual([
    { setting: "model", phase: "generate", before: "m", now: "n" },
    { setting: "respond.gates.tone", phase: "respond", before: "retry", now: null },
    { setting: "seed", phase: "generate", before: null, now: 1 },
  ]);
});

describe("a changed configuration", () => {
  const refusal = (phase: string, force: boolean, rerunPhase?: "generate" | "verify" | "respond"): string | undefined => {
    try {
      refuseChanges("runs/mine", [{ setting: "s", phase, before: 1, now: 2 }], { force, rerunPhase });
      return undefined;
    } catch (error) {
      return String(error);
    }
  };

  test("is refused with what may be done about it", () => {
    expect(refusal("verify", false)).toContain(
      "(s: 1 there, 2 now). Either choose another --out, or go on here with --rerun-phase verify or",
    );
    expect(refusal("input", false)).toContain("go on here with --force");
  });

  test("is allowed by --force, or by --rerun-phase of its phase or an earlier one", () => {
    expect(refusal("input", true)).toBeUndefined();
    expect(refusal("verify", false, "verify")).toBeUndefined();
    expect(refusal("verify", false, "generate")).toBeUndefined();
    expect(refusal("verify", false, "respond")).toContain("another configuration");
  });

  test("of a phase that only another version knows is allowed by --force alone", () => {
    expect(refusal("unknown-phase", false, "generate")).toContain("go on here with --force");
    expect(refusal("unknown-phase", true)).toBeUndefined();
  });
});

describe("a phase that is to be asked anew", () => {
  test("counts up a round, once until its run has ended", () => {
    const first = beginRerun(manifest({ rounds: { verify: 1 } }), "verify", false);
    expect(first).toEqual({ rounds: { verify: 2 }, rerunning: "verify", begins: true });
    expect(beginRerun(manifest({ ...first }), "verify", false)).toEqual({ rounds: { verify: 2 }, rerunning: "verify", begins: false });
    expect(beginRerun(manifest({ ...first }), "respond", false)).toEqual({
      rounds: { verify: 2, respond: 1 },
      rerunning: "respond",
      begins: true,
    });
    expect(beginRerun(manifest({ ...first, rerunning: null }), "verify", false)).toMatchObject({ rounds: { verify: 3 }, begins: true });
  });

  test("counts up none in a new run, or with another configuration, whose calls differ anyway", () => {
    expect(beginRerun(undefined, "verify", false)).toEqual({ rounds: {}, rerunning: "verify", begins: false });
    expect(beginRerun(manifest(), "verify", true)).toEqual({ rounds: {}, rerunning: "verify", begins: false });
  });

  test("goes on without the option, unless the configuration is another one", () => {
    const before = manifest({ rounds: { verify: 1 }, rerunning: "verify" });
    expect(beginRerun(before, undefined, false)).toEqual({ rounds: { verify: 1 }, rerunning: "verify", begins: false });
    expect(beginRerun(before, undefined, true)).toEqual({ rounds: { verify: 1 }, rerunning: null, begins: false });
  });
});
