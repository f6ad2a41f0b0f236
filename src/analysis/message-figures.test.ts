import { expect, test } from "vitest";
import { GroupedBootstrap, Resamples } from "../statistics/bootstrap.ts";
import { MessageCounts } from "./message-figures.ts";
import { tags } from "../records/system-message/phrase.ts";

test("scores, weak verdicts and retagged phrases are counted of dropped rows too", () => {
  const bootstrap = new GroupedBootstrap(new Resamples(1, 100));
  const counts = new MessageCounts(bootstrap, tags);
  bootstrap.nextRow();
  counts.add(
    {
      outcome: "dropped",
      id: "a",
      line: 1,
      phase: "verify",
      reason: "foreign-message",
      detail: "",
      raw: "{}",
      writtenAgain: true,
      removed: [
        { tag: "Style", text: "Be brief.", verdict: "bad", score: -2, writtenAs: "Tool", repairs: ["retagged"] },
        { tag: "Role", text: "You are a cook.", verdict: "weak", score: -1, repairs: [] },
        { text: "Hello", reason: "untagged-text" },
      ],
    },
    undefined,
  );
  const { scores, retagged, writtenAgain, verdicts, repairs } = counts.figures();
  expect(scores).toMatchObject({ n: 2, mean: -1.5, min: -2, max: -1 });
  expect(retagged).toEqual([{ from: "Tool", to: "Style", count: 1 }]);
  expect(writtenAgain).toBe(1);
  expect(verdicts).toEqual({ good: 0, weak: 1, bad: 1, none: 0, unparsed: 0 });
  expect(repairs).toEqual({ retagged: 1 });
});
