import { expect, test } from "vitest";
import { contextOfStep, modelOf } from "../../../test/fixtures/scripted-model.ts";
import { CallWaits } from "../../models/call-waits.ts";
import { fixedExample } from "../prompts/fixed-row.ts";
import { beginRow } from "../row-under-way.ts";
import { runOwnPhase } from "./own-phase.ts";

test("a phase that makes do without a reply that waits does not end its row", async () => {
  const waiting = contextOfStep(modelOf(() => Promise.reject(new CallWaits())));
  const phase = {
    name: "makes-do",
    run: async (_row: unknown, { ask }: { ask: (prompt: string) => Promise<unknown> }) => ask("Q").catch(() => "no reply"),
  };
  await expect(runOwnPhase(phase, beginRow(fixedExample), { generator: waiting, judge: waiting })).rejects.toBeInstanceOf(CallWaits);
});
