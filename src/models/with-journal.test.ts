import { describe, expect, test } from "vitest";
import { contextOf, modelOf, replyOf, sampleCall } from "../../test/fixtures/scripted-model.ts";
import { addressOf } from "./call-address.ts";
import type { Model, ModelReply } from "./model.ts";
import { withJournal, type Journal, type JournalEntry } from "./with-journal.ts";

describe("withJournal", () => {
  const memory = (): Journal & { kept: Map<string, ModelReply> } => {
    const kept = new Map<string, ModelReply>();
    return { kept, get: (address) => kept.get(address), put: async (address, entry) => void kept.set(address, entry.reply) };
  };

  test("pays a call once, also when it is asked twice at the same time", async () => {
    const model = modelOf(async (count) => replyOf(`reply ${count}`));
    const journal = memory();
    const journaled = withJournal(model, journal);
    const [a, b] = await Promise.all([journaled.call(sampleCall, contextOf()), journaled.call(sampleCall, contextOf())]);
    expect([a.text, b.text, (await journaled.call(sampleCall, contextOf())).text]).toEqual(["reply 0", "reply 0", "reply 0"]);
    expect(model.count()).toBe(1);
  });

  test("a reply is on disk before it is used, and its entry names what the call was for", async () => {
    const entries: JournalEntry[] = [];
    const journal = memory();
    const paid = withJournal(
      modelOf(async () => replyOf("x")),
      journal,
      (entry) => entries.push(entry),
    );
    await paid.call(sampleCall, contextOf());
    expect([...journal.kept.keys()]).toEqual([addressOf("m", sampleCall)]);
    expect(entries).toEqual([{ phase: "generate", model: "m", reply: replyOf("x") }]);
    const failing: Journal = { get: () => undefined, put: () => Promise.reject(new Error("disk")) };
    const unkept = withJournal(
      modelOf(async () => replyOf("x")),
      failing,
    );
    await expect(unkept.call(sampleCall, contextOf())).rejects.toThrow("disk");
  });

  test("a model that keeps its reply itself does not have it kept twice", async () => {
    const journal = memory();
    const counting: Journal = { ...journal, put: (address, entry) => (puts++, journal.put(address, entry)) };
    let puts = 0;
    const early: Model = {
      ...modelOf(async () => replyOf("x")),
      async call(_call, { keep }) {
        const reply = replyOf("x");
        await keep?.(reply);
        expect(journal.kept.size).toBe(1);
        return reply;
      },
    };
    await withJournal(early, counting).call(sampleCall, contextOf());
    expect(puts).toBe(1);
  });
});
