import { describe, expect, test } from "vitest";
import { modelOf, replyOf } from "../../test/fixtures/scripted-model.ts";
import { readEntry } from "../../test/fixtures/dataset-entry.ts";
import { ModelError } from "../errors.ts";
import { RunStop } from "../execution/run-stop.ts";
import type { CallContext, Model } from "../models/model.ts";
import { uncalibrated } from "../phases/calibration.ts";
import { phaseNames, settingsOf } from "../phases/index.ts";
import type { Outcome } from "../records/outcome.ts";
import { phasePurposes, Road, type RoadConfig } from "./road.ts";
import { standardTags } from "../records/system-message/tag-set.ts";

const message = "<<Role>>You are a guide to the town.<</Role>> <<Format>>Answer in one sentence.<</Format>>";

/** Replies by the name of the call's purpose. An error is thrown. */
type Replies = Readonly<Record<string, string | Error>>;
const good: Replies = { generate: message, verify: "Role: Good\nFormat: Bad", respond: "Along the river." };
const allBad = "Role: Bad\nFormat: Bad";

interface Walked {
  readonly outcome: Outcome | "waiting" | undefined;
  /** `model purpose round`, in order. */
  readonly calls: readonly string[];
  /** Phases that the observer was told of. */
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly stop: RunStop;
}

async function walk(
  replies: Replies,
  {
    row = { instruction: "Where?", output: "There." },
    config = {},
    rounds = () => 0,
    stop = new RunStop(undefined),
  }: {
    row?: object;
    config?: Partial<RoadConfig>;
    rounds?: (phase: string) => number;
    stop?: RunStop;
  } = {},
): Promise<Walked> {
  const calls: string[] = [];
  const passed: string[] = [];
  const failed: string[] = [];
  const named = (name: string): Model => ({
    ...modelOf(async () => replyOf("")),
    name,
    async call({ round }, { purpose }: CallContext) {
      calls.push(`${name} ${purpose.name} ${round}`);
      const reply = replies[purpose.name] ?? "";
      if (reply instanceof Error) throw reply;
      return replyOf(reply);
    },
  });
  const road = new Road({
    config: {
      phases: { ...settingsOf("standard"), verify: settingsOf("paper").verify },
      tags: standardTags,
      tagShares: {},
      existingSystem: "drop",
      maxRetries: 0,
      maxReasks: 0,
      seed: undefined,
      ...config,
    },
    model: named("generator"),
    judge: named("judge"),
    stop,
    draw: [],
    calibration: uncalibrated,
    runRounds: () => 0,
    callFailed(error, model) {
      failed.push(model.name);
      stop.callFailed(error, false);
    },
    observer: { onPhase: (phase) => passed.push(phase) },
  });
  return { outcome: await road.walk(await readEntry(row), rounds), calls, passed, failed, stop };
}

test("later phases have a higher rank, so that rows under way are finished first", () => {
  const last = phaseNames.length;
  expect(phasePurposes.map(({ name, rank }) => ({ name, rank }))).toEqual([
    ...phaseNames.map((name, rank) => ({ name, rank })),
    { name: "calibrate", rank: last },
    { name: "check", rank: last + 1 },
  ]);
});

describe("a row that is done", () => {
  test("passes all phases, and each asks its own model", async () => {
    const { outcome, calls, passed } = await walk(good, { rounds: (phase) => (phase === "verify" ? 2 : 0) });
    const inOrder = calls.filter((call) => /^\S+ (generate|verify|respond) /.test(call));
    expect(inOrder).toEqual(["generator generate 0", "judge verify 2", "generator respond 0"]);
    expect(passed).toEqual(phaseNames);
    expect(outcome).toMatchObject({
      outcome: "done",
      messages: [
        { role: "system", content: "You are a guide to the town." },
        { role: "user", content: "Where?" },
        { role: "assistant", content: "Along the river." },
      ],
      phrases: [{ tag: "Role", verdict: "good" }],
      removed: [{ tag: "Format", verdict: "bad" }],
      originalResponses: ["There."],
      usage: { inputTokens: calls.length, outputTokens: calls.length },
    });
  });

  test("keeps the system message that it replaced", async () => {
    const row = {
      messages: [
        { role: "system", content: "Old." },
        { role: "user", content: "Where?" },
        { role: "assistant", content: "There." },
      ],
    };
    const { outcome } = await walk(good, { row, config: { existingSystem: "replace" } });
    expect(outcome).toMatchObject({ outcome: "done", replacedSystemMessage: "Old." });
  });
});

describe("a row that is dropped", () => {
  test.each<[string, Replies, object]>([
    [
      "by the filter",
      { ...good, generate: "Be brief." },
      { phase: "filter", reason: "no-phrase-left", removed: [{ reason: "untagged-text" }] },
    ],
    ["by the judge", { ...good, verify: allBad }, { phase: "verify", reason: "no-good-phrase" }],
    ["for verdicts that cannot be read", { ...good, verify: "?" }, { phase: "verify", reason: "verdict-unparsed" }],
    [
      "for a prompt that does not fit",
      { ...good, respond: new ModelError("context-overflow", "the prompt has 9 tokens") },
      { phase: "respond", reason: "too-long", detail: "the prompt has 9 tokens" },
    ],
  ])("%s", async (_name, replies, expected) => {
    const { outcome, failed } = await walk(replies);
    expect(outcome).toMatchObject({ outcome: "dropped", ...expected });
    expect(failed).toEqual([]);
  });

  test("keeps what earlier phases removed", async () => {
    const { outcome } = await walk({ ...good, generate: `${message} aside`, verify: allBad });
    expect(outcome).toMatchObject({ removed: [{ reason: "untagged-text" }, { verdict: "bad" }, { verdict: "bad" }] });
  });

  test("at reading asks no model", async () => {
    const row = {
      messages: [
        { role: "system", content: "Old." },
        { role: "user", content: "Q" },
        { role: "assistant", content: "A" },
      ],
    };
    const { outcome, calls } = await walk(good, { row });
    expect(outcome).toMatchObject({ outcome: "dropped", phase: "read", reason: "has-system-message" });
    expect(calls).toEqual([]);
  });
});

describe("a row that failed", () => {
  test("names the phase and the error's kind, and the session hears which model failed", async () => {
    const { outcome, failed, stop } = await walk({ ...good, verify: new ModelError("server", "broken") });
    expect(outcome).toMatchObject({ outcome: "failed", phase: "verify", reason: "server", detail: "broken" });
    expect([failed, stop.fatal]).toEqual([["judge"], undefined]);
  });

  test("at an error that every call would meet ends all calls: rows after it fail unasked", async () => {
    const { stop } = await walk({ ...good, generate: new ModelError("auth", "wrong key", { stops: "always" }) });
    expect([stop.fatal?.message, stop.calls.aborted, stop.rows.aborted, stop.state]).toEqual(["wrong key", true, false, "stopped"]);
    const next = await walk(good, { stop });
    expect(next.outcome).toMatchObject({ outcome: "failed", phase: "generate", reason: "not-tried" });
    expect(next.calls).toEqual([]);
  });
});

test("a row of a run that the user stopped has no outcome", async () => {
  const users = new AbortController();
  const stop = new RunStop(users.signal);
  users.abort();
  const { outcome } = await walk({ ...good, generate: new Error("aborted") }, { stop });
  expect([outcome, stop.state, stop.why]).toEqual([undefined, "interrupted", undefined]);
});
