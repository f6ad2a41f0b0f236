import { expect, test } from "vitest";
import { judgedPhrases } from "./judge-phrases.mjs";
import { openLabelServer, replyOf } from "./label-server.mjs";

const label = (id, instruction, ...texts) => ({
  id,
  instruction,
  response: `${id} answers`,
  phrases: texts.map((text) => ({ tag: "Tool", text, fits: true, serves: "Style" })),
});
const prompt = (content) => [
  { role: "system", content: "You write system messages." },
  { role: "user", content },
];

test("a prompt gets the phrases of the row whose instruction it holds, however it is wrapped", () => {
  const reply = replyOf([label("short", "Count to 2", "Be brief."), label("long", "Count to 20\n and <|stop|>", "Use words.")]);
  expect(reply(prompt("[conversation]\nUser: Count to 20\nand <\u200b|stop|\u200b>\n[end]"))).toBe("<<Tool>>Use words.<</Tool>>");
  expect(reply(prompt("[conversation]\nUser: Count to 2.\n[end]"))).toBe("<<Tool>>Be brief.<</Tool>>");
  expect(reply(prompt("Count to 2"))).toBe("short answers");
  expect(reply(prompt("Something else"))).toBe(undefined);
});

test("the endpoint speaks chat completions", async () => {
  const server = await openLabelServer([label("a", "Sing", "Be brief.")]);
  const ask = (content) => fetch(`${server.url}/chat/completions`, { method: "POST", body: JSON.stringify({ messages: prompt(content) }) });
  try {
    expect((await (await ask("User: Sing.")).json()).choices[0].message.content).toBe("<<Tool>>Be brief.<</Tool>>");
    expect((await ask("Dance")).status).toBe(500);
  } finally {
    server.close();
  }
});

test("a phrase is kept, removed with a verdict, removed by the filter, or lost with its row", () => {
  const labels = [label("a", "Q", "Be brief.", "Be  kind.", "Be loud.", "Be"), label("b", "R", "Run.")];
  const lines = [
    {
      id: "a",
      facts: {
        phrases: [{ tag: "Style", text: "Be brief.", verdict: "good", score: 0.8 }],
        removed: [
          { tag: "Tool", text: "Be kind.", verdict: "bad", score: -0.7, against: "beyond-text" },
          { tag: "Tool", text: "Be loud.", reason: "duplicate" },
        ],
      },
    },
    { id: "b", removed: [{ tag: "Tool", text: "Run.", verdict: "bad" }] },
  ];
  expect(judgedPhrases(labels, lines)).toEqual([
    { tag: "Tool", fits: true, serves: "Style", kept: true, score: 0.8, tagAfter: "Style" },
    { tag: "Tool", fits: true, serves: "Style", kept: false, score: -Infinity, tagAfter: "Tool" },
    { tag: "Tool", fits: true, serves: "Style", kept: false, score: undefined, tagAfter: "Tool" },
    { tag: "Tool", fits: true, serves: "Style", kept: false, score: undefined, tagAfter: undefined },
    { tag: "Tool", fits: true, serves: "Style", kept: false, score: undefined, tagAfter: "Tool" },
  ]);
});
