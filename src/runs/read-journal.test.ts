import { join } from "node:path";
import Database from "libsql";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { meanCalls, openJournal } from "./read-journal.ts";
import { Store } from "./store.ts";

test("a folder without a journal has none", async () => {
  await using folder = await temporaryFolder();
  expect(await openJournal(folder.path)).toBeUndefined();
});

test("means and scatter by phase and model; what a server does not report is not counted; times where the journal has them", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "journal.sqlite");
  const store = new Store(path);
  const put = (address: string, model: string, outputTokens: number): Promise<void> =>
    store.put(address, {
      phase: "generate",
      model,
      reply: { text: address, finishReason: "stop", usage: { inputTokens: outputTokens * 10, outputTokens } },
    });
  await Promise.all([put("a", "m", 10), put("b", "m", 20), put("c", "m", 30), put("d", "m", 0), put("e", "other", 7)]);
  store.close();
  const expected = {
    phase: "generate",
    model: "m",
    calls: 3,
    inputTokens: 200,
    outputTokens: 20,
    outputTokensDeviation: expect.closeTo(10, 6),
  };
  {
    using journal = await openJournal(folder.path);
    expect(journal?.get("b")?.text).toBe("b");
    expect(journal?.get("z")).toBeUndefined();
    expect(journal?.round("generate")).toBe(0);
    expect(journal?.means()).toEqual([
      { ...expected, ms: undefined },
      { phase: "generate", model: "other", calls: 1, inputTokens: 70, outputTokens: 7, outputTokensDeviation: 0, ms: undefined },
    ]);
  }
  const database = new Database(path);
  const columns = database.prepare("PRAGMA table_info(calls)").all() as { name: string }[];
  if (!columns.some(({ name }) => name === "took_ms")) database.exec("ALTER TABLE calls ADD COLUMN took_ms INTEGER");
  database.exec("UPDATE calls SET took_ms = output_tokens * 100 WHERE output_tokens < 30");
  database.close();
  expect(meanCalls(path)[0]).toEqual({ ...expected, ms: 1_500 });
});
