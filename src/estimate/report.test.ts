import { expect, test } from "vitest";
import { standardTags } from "../records/system-message/tag-set.ts";
import { resolveConfig } from "../config/run-config.ts";
import type { Model } from "../models/model.ts";
import { openTokenCounter } from "../models/tokenizers/index.ts";
import { settingsOf } from "../phases/index.ts";
import type { MeanCalls } from "../runs/journal/paid-totals.ts";
import { assume } from "./assumptions.ts";
import { Extrapolation } from "./extrapolate.ts";
import { report, type Estimate } from "./report.ts";
import { noUse, withCall, type PaidPhase } from "./row-use.ts";
import { placeholderReplies } from "./placeholder-replies.ts";

/**
 * An estimate of ten rows. Each makes calls of 1,000 + 100 tokens, one in each phase and two in
 * respond.
 */
async function estimateWith(means: (phase: PaidPhase) => MeanCalls | undefined, model = "gpt-4o"): Promise<Estimate> {
  const config = resolveConfig({
    input: "x",
    model,
    baseUrl: ["http://gpu1:8000/v1"],
    judgeModel: "judge",
    prices: { [model]: { input: 1, output: 10 }, judge: { input: 2, output: 20 } },
  });
  const counter = await openTokenCounter(config.generator, { env: { SYSGEN_OFFLINE: "1" } });
  const named = (name: string): Model => ({
    name,
    rowsAtOnce: 1,
    outputForm: "tagged",
    questionsAtOnce: "all",
    call: () => Promise.reject(new Error("no model is called")),
    close: () => Promise.resolve(),
  });
  const models = {
    model: named(model),
    judge: named("judge"),
    counter,
    judgeCounter: counter,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const side = { form: "tagged", counter } as const;
  const assumed = (["generate", "verify", "respond", "respond"] as const).reduce((use, phase) => withCall(use, phase, 1_000, 100), noUse);
  return report({
    config,
    format: "messages",
    drawn: { rows: [], totalRows: 10 },
    extrapolation: new Extrapolation(
      Array.from({ length: 10 }, () => ({ assumed, ranges: [], actual: undefined, isUsable: true })),
      10,
    ),
    assumptions: assume({
      placeholders: placeholderReplies({ tags: standardTags, settings: settingsOf("standard"), generator: side, judge: side }),
      settings: settingsOf("standard"),
      phasesWithOtherTokenizer: [],
      means,
    }),
    measuredRows: 0,
    endEarly: {},
    models,
    means,
    concurrency: 4,
    failedProbes: 0,
  });
}

const meansOf = (phase: PaidPhase, ms: number | undefined, calls = 5): MeanCalls => ({
  phase, model: "gpt-4o", calls, inputTokens: 1_000, outputTokens: 100, outputTokensDeviation: 10, ms,
}); // prettier-ignore

test("cost by phase, the judge's by its own price", async () => {
  const { phases, total } = await estimateWith(() => undefined);
  const costs = Object.fromEntries(phases.map(({ phase, cost }) => [phase, Number(cost?.value.toFixed(6))]));
  expect(costs).toMatchObject({ generate: 0.02, verify: 0.04, respond: 0.04 });
  expect(total.cost?.value).toBeCloseTo(0.1, 10);
});

test("time is calls x mean time of a call / rows at once; unknown when one phase is", async () => {
  const known = await estimateWith((phase) => meansOf(phase, 2_000));
  const seconds = ({ phases }: Estimate) => Object.fromEntries(phases.map((one) => [one.phase, one.seconds]));
  expect(seconds(known)).toMatchObject({ generate: 5, verify: 5, respond: 10 });
  expect(known.total.seconds).toBe(20);
  const partly = await estimateWith((phase) => meansOf(phase, phase === "verify" ? undefined : 2_000));
  expect(seconds(partly)).toMatchObject({ generate: 5, verify: null, respond: 10 });
  expect(partly.total.seconds).toBeNull();
});

test("each assumption is said; the journal's means take its place from three calls on", async () => {
  const assumed = await estimateWith((phase) => meansOf(phase, undefined, 2));
  expect(assumed.assumptions.join("\n")).toMatch(
    /3 to 8 phrases[^]*judge's answer[^]*1\.35 \(LLaMA[^]*arXiv 2502\.11330[^]*first time of asking/,
  );
  const measured = await estimateWith((phase) => meansOf(phase, undefined));
  expect(measured.assumptions.join("\n")).toMatch(/generate: 100 output tokens a call, the mean of 5 calls/);
  const thinking = await estimateWith(() => undefined, "o3-mini");
  expect(thinking.assumptions.join("\n")).toMatch(/replies of o3-mini without what it thinks before/);
});
