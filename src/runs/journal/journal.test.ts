import { appendFile, copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import type { ModelReply } from "../../models/model.ts";
import { CallJournal } from "./journal.ts";
import { runFiles, type RunFiles } from "../run-files.ts";
import { phaseCalls } from "../counts.ts";
import { Store } from "../store.ts";

const reply = (text: string): ModelReply => ({ text, finishReason: "stop", usage: { inputTokens: 2, outputTokens: 3 } });
const entry = (text: string) => ({ phase: "verify", model: "m", reply: { ...reply(text), tookMs: 12 } }) as const;

describe("the journal", () => {
  test("a reply is on the disk when it is acknowledged, and known again without any index of it", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await store.journal.put("a", entry("seen"));
    const lines = (await readFile(files.journal, "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        crc: expect.stringMatching(/^[0-9a-f]{8}$/),
        address: "a",
        phase: "verify",
        model: "m",
        inputTokens: 2,
        outputTokens: 3,
        tookMs: 12,
        finishReason: "stop",
        text: "seen",
      },
    ]);
    // As after a kill: nothing was closed.
    await copyFile(files.journal, join(folder.path, "copy"));
    const elsewhere = runFiles(join(folder.path, "other"));
    await mkdir(join(folder.path, "other"));
    await copyFile(join(folder.path, "copy"), elsewhere.journal);
    const again = new Store(elsewhere);
    expect(again.journal.get("a")).toEqual(reply("seen"));
    again.close();
    await store.settled();
    store.close();
  });

  test.each([1, 20, 60, 100])("a last line that was torn after %i bytes is cut off, and those before it stay", async (bytes) => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await store.journal.put("a", entry("whole"));
    await store.settled();
    store.close();
    const whole = await readFile(files.journal);
    await appendFile(files.journal, whole.subarray(0, bytes));
    const again = new Store(files);
    expect(again.journal.get("a")).toEqual(reply("whole"));
    expect((await stat(files.journal)).size).toBe(whole.length);
    await again.journal.put("b", entry("after"));
    await again.settled();
    again.close();
    const third = new Store(files);
    expect(third.journal.get("b")).toEqual(reply("after"));
    third.close();
  });

  test("damage before the end is told with its place, and nothing is cut", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await store.journal.put("a", entry("whole"));
    await store.settled();
    store.close();
    const whole = await readFile(files.journal, "utf8");
    const damaged = `${whole}{"address":"b","pha\u0000\u0000\n${whole.replace('"a"', '"c"')}`;
    await writeFile(files.journal, damaged);
    expect(() => new Store(files)).toThrow(`journal.jsonl is damaged at byte ${whole.length}`);
    expect(await readFile(files.journal, "utf8")).toBe(damaged);
  });

  test.each<[string, (first: Buffer, second: Buffer) => Buffer[]]>([
    ["an unfinished line", (first, second) => [first, second.subarray(0, 70), second]],
    ["two unfinished lines", (first, second) => [first, second.subarray(0, 9), second.subarray(0, 70), second]],
    ["a hole", (first, second) => [first, Buffer.alloc(40), second]],
    ["a damaged line end", (first, second) => [first.subarray(0, -1), Buffer.from(" "), second]],
    ["no line end", (first, second) => [first.subarray(0, -1), second]],
  ])("a line that another process wrote behind %s is found", async (_name, mixed) => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await store.journal.put("a", entry("first"));
    const first = await readFile(files.journal);
    await store.journal.put("b", entry("second"));
    const second = (await readFile(files.journal)).subarray(first.length);
    await store.settled();
    store.close();
    await writeFile(files.journal, Buffer.concat(mixed(first, second)));
    await rm(files.index);
    const again = new Store(files);
    await again.journal.put("c", entry("third"));
    again.close();
    const third = new CallJournal(files.journal, { readOnly: true, leastBytes: 0 });
    expect(["a", "b", "c"].map((address) => third.get(address)?.text)).toEqual(["first", "second", "third"]);
    third.close();
  });

  test("is written no more once another process wrote into it", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const store = new Store(files);
    await store.journal.put("a", entry("whole"));
    await appendFile(files.journal, await readFile(files.journal));
    const { size } = await stat(files.journal);
    for (const address of ["b", "c"])
      await expect(store.journal.put(address, entry("lost"))).rejects.toThrow(/journal\.jsonl was changed by another process/);
    expect((await stat(files.journal)).size).toBe(size);
    store.close();
  });

  test("a call of a purpose that this version does not know is a reply like any other", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const purposes = ["multifacet-answer", 'Zweck: "Ü"', "verify"];
    const store = new Store(files);
    for (const phase of purposes) await store.journal.put(phase, { ...entry("of it"), phase });
    await store.settled();
    store.close();
    const again = new Store(files);
    for (const phase of purposes) expect(again.journal.get(phase)).toEqual(reply("of it"));
    expect(phaseCalls(again.journal.countPaid()).map(({ phase }) => phase)).toEqual(["verify", 'Zweck: "Ü"', "multifacet-answer"]);
    again.close();
  });

  test("models whose names need escapes in JSON are told apart", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const models = ["Modèle", 'a "b" \\ 日本語'];
    const store = new Store(files);
    for (const model of models) await store.journal.put(model, { ...entry("of it"), model });
    await store.settled();
    store.close();
    const again = new Store(files);
    expect(again.journal.get(models[1] ?? "")).toEqual(reply("of it"));
    expect(again.journal.countPaid().map(({ model }) => model)).toEqual(models);
    again.close();
  });
});

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
});
