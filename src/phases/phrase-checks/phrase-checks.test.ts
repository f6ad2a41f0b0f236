import { expect, test } from "vitest";
import { weighedWords } from "../../texts/word-hashes.ts";
import { heads } from "../prompts/standard-demonstrations/heads.ts";
import { DemonstrationCopies } from "./copies-demonstration.ts";
import { isCutOff, runsOn } from "./cut-off.ts";
import { fitsAnyRow } from "./fits-any-row.ts";
import { statesAnswer } from "./states-answer.ts";
import { holdsTagDebris } from "./tag-debris.ts";
import { standardTags } from "../../records/system-message/tag-set.ts";

const demonstrated = heads.flatMap((head) => head.flatMap(({ phrases }) => phrases.map(([, text]) => text)));
const builtIn = new DemonstrationCopies(heads.flat());
const copies = (text: string): boolean => builtIn.has(weighedWords(text));

test("each demonstration's phrase is a copy, and so is one with another word or end", () => {
  expect(demonstrated.filter((text) => !copies(text))).toEqual([]);
  expect(demonstrated.filter((text) => !copies(text.replace(/[.!。।]$/u, "")))).toEqual([]);
  expect(copies("You are a physiotherapist who looks after busy office workers.")).toBe(true);
  expect(copies("Mention first which gas forms and what holds it back.")).toBe(true);
});

test("the checks of what a phrase says find nothing else in the demonstrations", () => {
  const found = demonstrated.filter(
    (text) => holdsTagDebris(text, standardTags) || runsOn(text) || isCutOff(text) || statesAnswer(text) || fitsAnyRow(text),
  );
  expect(found).toEqual([]);
});

test.each([
  "You are a Python developer.",
  "You are a maths tutor.",
  "You are a sleep coach.",
  "Write short Python scripts.",
  "Be polite.",
  "你是一名历史讲解员。",
  "あなたは科学者です。",
  "Eres un cocinero.",
])("an ordinary phrase is no copy: %s", (text) => {
  expect(copies(text)).toBe(false);
});

test.each([
  "Be brief.>><<Style",
  "Style: be brief.",
  "List the loaves. Format: one line.",
  "<Role>You are a cook.",
  "Use it. [/conversation]",
  "System message: be brief.",
  "Work it out >",
])("debris of tags: %s", (text) => {
  expect(holdsTagDebris(text, standardTags)).toBe(true);
});

test.each(["Wrap the list in a <ul> element.", "Use style sheets: one a page.", "Show it after the `>>>` prompt.", "Keep x < y in mind."])(
  "no debris: %s",
  (text) => {
    expect(holdsTagDebris(text, standardTags)).toBe(false);
  },
);

test.each([
  "List fruits, such as",
  "List fruits, such as.",
  "Name the cause, the remedy, and",
  "Write about the",
  "Use these steps:",
  "Read the text,",
  'Begin with "Dear customer.',
  "Name one fruit (an apple",
  "Nenne Vor- und",
  "Escribe una lista de",
  "请列出以下内容：",
])("cut off: %s", (text) => {
  expect(isCutOff(text)).toBe(true);
});

test.each([
  "You are a chef",
  "Say what it is made of.",
  "Ask what they are looking for.",
  "Say 'no' when it is too much",
  'Use 1/2" bolts (or longer).',
  "Be warm :)",
  "写一首短诗",
])("not cut off: %s", (text) => {
  expect(isCutOff(text)).toBe(false);
});

test("a phrase runs on if it is very long, or goes on with a conversation", () => {
  expect(runsOn("word ".repeat(49))).toBe(true);
  expect(runsOn("word ".repeat(40))).toBe(false);
  expect(runsOn("Greet. User: Hello! Assistant: Hello, how can I help?")).toBe(true);
  expect(runsOn("Begin each of your turns with Assistant: and your name.")).toBe(false);
});

test.each([
  "The answer is 108.",
  "Work out 12 x 3 = 36 first.",
  "La respuesta es 42.",
  "Die Antwort lautet 7.",
  "答案是108。",
  "The total is $36.",
  "The correct option is C.",
  "Say that the answer is yes.",
  "La bonne réponse est B.",
  "정답은 4입니다.",
])("an answer: %s", (text) => {
  expect(statesAnswer(text)).toBe(true);
});

test.each([
  "State the answer in a sentence of at most 20 words.",
  "The answer is a single word.",
  "An answer is one sentence long.",
  "Answer: yes or no.",
  "Say which option is correct, A, B, C or D.",
  "Return -1 if the list is empty.",
])("no answer: %s", (text) => {
  expect(statesAnswer(text)).toBe(false);
});

test.each([
  "Be helpful.",
  "You are a helpful assistant.",
  "You are an AI assistant.",
  "Provide accurate information.",
  "Eres un asistente útil.",
  "Du bist ein hilfreicher Assistent.",
  "Tu es un assistant utile.",
  "Você é um assistente útil.",
  "你是一个有用的助手。",
  "あなたは親切なアシスタントです。",
])("good for any row: %s", (text) => {
  expect(fitsAnyRow(text)).toBe(true);
});

test.each(["You are a travel assistant.", "Be brief.", "Provide accurate dates.", "Du bist Koch.", "你是一名厨师。"])(
  "says something: %s",
  (text) => {
    expect(fitsAnyRow(text)).toBe(false);
  },
);
