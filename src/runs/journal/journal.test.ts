import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import type { ModelReply } from "../../models/model.ts";
import { CallJournal } from "./journal.ts";
import { runFiles, type RunFiles } from "../run-files.ts";
import { Store } from "../store.ts";

const reply = (text: string): ModelReply => ({ text, finishReason: "stop", usage: { inputTokens: 2, outputTokens: 3 } });
const entry = (text: string) => ({ phase: "verify", model: "m", reply: { ...reply(text), tookMs: 12 } }) as const;

describe("checksums of the journal", () => {
  /** A journal of three calls, and where the line of the second is. */
  async function threeCalls(files: RunFiles): Promise<{ whole: Buffer; start: number; end: number }> {
    const store = new Store(files);
    for (const address of ["a", "b", "c"]) await store.journal.put(address, entry(`reply to "${address}"`));
    await store.settled();
    store.close();
    const whole = await readFile(files.journal);
    const start = whole.indexOf(0x0a) + 1;
    return { whole, start, end: whole.indexOf(0x0a, start) };
  }

  const flipped = (bytes: Buffer, at: number): Buffer => {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    return damaged;
  };

  test("a bit that was flipped anywhere in a line is told with the line's place, and nothing is cut", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const { whole, start, end } = await threeCalls(files);
    for (let at = start; at < end; at++) {
      await writeFile(files.journal, flipped(whole, at));
      expect(() => new CallJournal(files.journal, { readOnly: true, leastBytes: 0 })).toThrow(`journal.jsonl is damaged at byte ${start}`);
    }
  });

  test.each(["text", "head", "checksum"])("and where the last line has it, in its %s", async (where) => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const { whole, end } = await threeCalls(files);
    const at = where === "text" ? whole.lastIndexOf("reply to") : where === "head" ? whole.lastIndexOf('"c"') + 1 : end + 10;
    const damaged = flipped(whole, at);
    await writeFile(files.journal, damaged);
    for (const readOnly of [true, false])
      expect(() => new Store(files, { readOnly })).toThrow(
        `journal.jsonl is damaged at byte ${end + 1} (a line that is not as it was written). It holds the replies that were paid for: restore it from a copy.`,
      );
    expect(await readFile(files.journal)).toEqual(damaged);
  });

  test("what is no line any more is cut off at the end only where a crash can have left it: not before what was on disk", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const { whole, end } = await threeCalls(files);
    await writeFile(files.journal, flipped(whole, whole.length - 2));
    expect(() => new Store(files)).toThrow(`journal.jsonl is damaged at byte ${end + 1}`);
    expect((await stat(files.journal)).size).toBe(whole.length);
    await rm(files.index);
    const store = new Store(files);
    expect([store.journal.get("b"), store.journal.get("c")]).toEqual([reply('reply to "b"'), undefined]);
    store.close();
  });

  test.each(["text", "head", "checksum"])(
    "a bit that is flipped in a line's %s while the journal is open is noticed where the reply is read",
    async (where) => {
      await using folder = await temporaryFolder();
      const files = runFiles(folder.path);
      const { whole, start } = await threeCalls(files);
      const journal = new CallJournal(files.journal, { readOnly: true, leastBytes: 0 });
      const at = where === "text" ? whole.indexOf("reply to", start) : where === "head" ? whole.indexOf("verify", start) : start + 10;
      await writeFile(files.journal, flipped(whole, at));
      expect(() => journal.get("b")).toThrow(`journal.jsonl is damaged at byte ${start}`);
      expect(journal.get("a")).toEqual(reply('reply to "a"'));
      journal.close();
    },
  );

  test("lines of earlier versions, which have no checksum, answer beside those that have one", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const former = { address: "old", phase: "verify", model: "Modèle", inputTokens: 2, outputTokens: 3, tookMs: 12, finishReason: "stop" };
    await writeFile(files.journal, `${JSON.stringify({ ...former, text: "of old" })}\n`);
    const store = new Store(files);
    await store.journal.put("new", { ...entry("of now"), model: 'a "b" \\ 日本語' });
    await store.settled();
    store.close();
    const again = new Store(files);
    expect([again.journal.get("old"), again.journal.get("new")]).toEqual([reply("of old"), reply("of now")]);
    expect(again.journal.countPaid().map(({ model }) => model)).toEqual(["Modèle", 'a "b" \\ 日本語']);
    again.close();
  });
});
