import { describe, expect, test } from "vitest";
import { answerScores, logprobsSchema } from "./answer-scores.ts";

const yesNo = { text: "Is it?", labels: ["Yes", "No"] };
/** A token with the alternatives to it, as OpenAI and vLLM write them. */
const token = (written: string, alternatives: Record<string, number> = {}): object => ({
  token: written,
  logprob: alternatives[written] ?? -0.5,
  bytes: [...Buffer.from(written)],
  top_logprobs: Object.entries(alternatives).map(([other, logprob]) => ({ token: other, logprob, bytes: null })),
});
const scoresOf = (content: unknown, question = yesNo): readonly number[] | undefined =>
  answerScores(logprobsSchema.parse({ content }), question);
const shares = (scores: readonly number[] | undefined): number[] | undefined => scores?.map((score) => Math.exp(score));

describe("scores", () => {
  test("are the labels' shares of what the labels have together", () => {
    const [yes, no] = shares(scoresOf([token("Yes", { Yes: Math.log(0.6), No: Math.log(0.2), Maybe: Math.log(0.2) })])) ?? [];
    expect(yes).toBeCloseTo(0.75, 3);
    expect(no).toBeCloseTo(0.25, 3);
  });

  test("sum the ways of writing a label, and beginnings of one", () => {
    const alternatives = { " yes": Math.log(0.2), YES: Math.log(0.2), Y: Math.log(0.2), "▁No": Math.log(0.1), no: Math.log(0.2) };
    const [yes, no] = shares(scoresOf([token(" yes", alternatives)])) ?? [];
    expect(yes).toBeCloseTo(0.75, 3);
    expect(no).toBeCloseTo(0.25, 3);
  });

  test("of a label that is not among the likeliest: as of the least likely of them", () => {
    const [yes, no] = shares(scoresOf([token("Yes", { Yes: Math.log(0.8), Sure: Math.log(0.05) })])) ?? [];
    expect(yes).toBeCloseTo(0.8 / 0.85, 3);
    expect(no).toBeCloseTo(0.05 / 0.85, 3);
  });

  test("begin behind reasoning and blank tokens", () => {
    const thought = [token("<think>"), token("Yes"), token("</think>"), token("\n\n")];
    const [yes = 1] = shares(scoresOf([...thought, token("No", { No: Math.log(0.8), Yes: Math.log(0.2) })])) ?? [];
    expect(yes).toBeCloseTo(0.2, 3);
  });

  test.each([
    [
      "Harmony's channel",
      ["<|channel|>", "analysis", "<|message|>", "Yes", "?", "<|end|>", "<|start|>", "assistant", "<|channel|>", "final", "<|message|>"],
    ],
    ["a closing mark of several tokens", ["Yes", ".", "</", "think", "ing", ">", "\n"]],
    ["a header", ["<|im_start|>", "assistant", "\n"]],
  ])("begin behind %s", (_name, before) => {
    const [yes = 1] =
      shares(
        scoresOf([...before.map((written) => token(written)), token("No", { No: Math.log(0.8), Yes: Math.log(0.2) }), token("<|im_end|>")]),
      ) ?? [];
    expect(yes).toBeCloseTo(0.2, 3);
  });

  test("are finite where a label has no probability left", () => {
    const scores = scoresOf([token("Yes", { Yes: 0, No: -9999 })]) ?? [];
    expect(scores[0]).toBe(0);
    expect(Number.isFinite(scores[1])).toBe(true);
  });

  test("of eight labels", () => {
    const labels = ["Role", "Content", "Task", "Tool"];
    const found = scoresOf([token("Tool", { Tool: -0.2, Task: -2, Role: -6 })], { text: "What for?", labels }) ?? [];
    expect(found.indexOf(Math.max(...found))).toBe(3);
    expect(shares(found)?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3);
  });
});

describe("no scores", () => {
  test.each<[string, unknown]>([
    ["without log-probabilities", null],
    ["without content", { content: null }],
    ["with no token", { content: [] }],
    ["of another form", { tokens: ["Yes"], token_logprobs: [-0.1] }],
    ["that begin with no label", { content: [token("Perhaps", { Perhaps: -0.1, It: -3 })] }],
    ["of a channel of reasoning alone", { content: [token("<|channel|>"), token("analysis"), token("<|message|>"), token("Yes")] }],
    ["of reasoning alone", { content: [token("Yes"), token("</think>")] }],
  ])("%s", (_name, logprobs) => {
    expect(answerScores(logprobsSchema.parse(logprobs), yesNo)).toBeUndefined();
  });

  test("a server that gives no alternatives: the token that was written counts alone", () => {
    const [yes, no] = shares(answerScores(logprobsSchema.parse({ content: [{ token: "No", logprob: Math.log(0.7) }] }), yesNo)) ?? [];
    expect([yes, no]).toEqual([expect.closeTo(0.3, 3), expect.closeTo(0.7, 3)]);
  });
});
