import { expect, test } from "vitest";
import type { Example } from "../records/example.ts";
import type { Phrase } from "../records/system-message/phrase.ts";
import { generate } from "./generate.ts";
import { settingsOf } from "./index.ts";
import type { Phase } from "./phase.ts";
import { respond } from "./respond.ts";
import { verify } from "./verify.ts";
import { standardTags } from "../records/system-message/tag-set.ts";

const example: Example = {
  id: "r",
  line: 1,
  columns: {},
  messages: [
    { role: "user", content: "First?" },
    { role: "assistant", content: "One." },
    { role: "user", content: "Second?" },
    { role: "assistant", content: "Two." },
  ],
};
const phrases: readonly Phrase[] = [
  { tag: "Role", text: "You count.", repairs: [] },
  { tag: "Task", text: "Count on.", repairs: [] },
];
const row = { example, phrases };
const standard = settingsOf("standard");
const paper = settingsOf("paper");
const tagged = { form: "tagged", tags: standardTags, call: 0 } as const;
const json = { form: "json", tags: standardTags, call: 0 } as const;

test("generate: the phrases in the form of the model; the paper's prompt knows tags alone", () => {
  const text = "<<Role>>You count.<</Role>> <<Task>>Count on.<</Task>>";
  expect(generate.placeholderReply(row, standard.generate, tagged)).toBe(text);
  expect(generate.placeholderReply(row, paper.generate, json)).toBe(text);
  expect(JSON.parse(generate.placeholderReply(row, standard.generate, json))).toEqual({
    phrases: [
      { tag: "Role", text: "You count." },
      { tag: "Task", text: "Count on." },
    ],
  });
});

test("verify: a verdict for each of the eight tags", () => {
  expect(verify.placeholderReply(row, paper.verify, tagged).split("\n")).toHaveLength(8);
});

test("respond: the row's own responses, from the first turn that is written anew", () => {
  const all = standard.respond;
  const replies = [0, 1].map((call) => respond.placeholderReply(row, all, { ...tagged, call }));
  expect(replies).toEqual(["One.", "Two."]);
  expect(respond.placeholderReply(row, { ...all, turns: "last" }, tagged)).toBe("Two.");
});

test("the compiler asks for the placeholder of a phase that asks a model, and of no other phase", () => {
  const { placeholderReply: _, ...withoutPlaceholder } = { ...respond, placeholderReply: () => "" };
  // @ts-expect-error The generator is asked, so the placeholder is missing.
  const asking: typeof respond = withoutPlaceholder;
  const code = { ...withoutPlaceholder, asks: "code" } as const satisfies Phase<"respond", "code", typeof standard.respond>;
  // @ts-expect-error No model is asked, so the placeholder is one member too many.
  const tooMany: Phase<"respond", "code", typeof standard.respond> = { ...code, placeholderReply: () => "" };
  expect([asking, tooMany]).toHaveLength(2);
});
