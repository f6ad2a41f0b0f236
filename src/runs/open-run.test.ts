import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { openJournal } from "./open-run.ts";
import { runFiles } from "./run-files.ts";
import { Store } from "./store.ts";

test("a folder without a journal has none", async () => {
  await using folder = await temporaryFolder();
  expect(await openJournal(folder.path)).toBeUndefined();
});

test("means and scatter by phase and model; what a server does not report is not counted; times where the journal has them", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(runFiles(folder.path));
  const put = (address: string, model: string, outputTokens: number, tookMs?: number): Promise<void> =>
    store.journal.put(address, {
      phase: "generate",
      model,
      reply: {
        text: address,
        finishReason: "stop",
        usage: { inputTokens: outputTokens * 10, outputTokens },
        ...(tookMs === undefined ? {} : { tookMs }),
      },
    });
  await Promise.all([put("a", "m", 10, 1_000), put("b", "m", 20, 2_000), put("c", "m", 30), put("d", "m", 0), put("e", "other", 7)]);
  await store.settled();
  store.close();
  const expected = {
    phase: "generate",
    model: "m",
    calls: 3,
    inputTokens: 200,
    outputTokens: 20,
    outputTokensDeviation: expect.closeTo(10, 6),
  };
  using journal = await openJournal(folder.path);
  expect(journal?.get("b")?.text).toBe("b");
  expect(journal?.get("z")).toBeUndefined();
  expect(journal?.round("generate")).toBe(0);
  expect(journal?.means()).toEqual([
    { ...expected, ms: 1_500 },
    { phase: "generate", model: "other", calls: 1, inputTokens: 70, outputTokens: 7, outputTokensDeviation: 0, ms: undefined },
  ]);
});
