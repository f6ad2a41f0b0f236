import { expect, test } from "vitest";
import { languageDetector } from "./language.ts";

const detector = await languageDetector();
const codeOf = (...texts: string[]): string | undefined => detector.detect(texts)?.code;

test.each([
  ["en", "Write a haiku"],
  ["en", 'Translate "Guten Morgen, liebe Freunde" into English.'],
  ["de", "Wie backe ich Brot?"],
  ["es", "¿Qué árbol planto en un patio pequeño?"],
  ["fr", "Comment enlever une tache de vin ?"],
  ["pt", "Qual é a capital do Brasil?"],
  ["zh", "用一句话结束故事。"],
  ["ja", "日本の首都はどこですか。"],
  ["ru", "Почему небо голубое и откуда берётся этот цвет?"],
  ["ar", "اكتب قصيدة قصيرة عن المطر"],
  ["en", "Complete this function.\n\n```python\ndef übergrößenträger(a): return 'Größe des Übergangs'\n```"],
])("%s: %s", (code, text) => {
  expect(codeOf(text)).toBe(code);
});

test.each([
  ["too short", "Hm?"],
  ["no letters", "12 + 30 = ?"],
  ["code", "for (let i = 0; i < n; i++) { total += prices[i] * (1 + rates[i]); }"],
])("no language shows: %s", (_, text) => {
  expect(codeOf(text)).toBeUndefined();
});

test("the first text that shows a language decides", () => {
  expect(codeOf("2 + 2?", "Das macht zusammen vier, wenn man richtig rechnet.", "That is four.")).toBe("de");
});

test("a phrase is in another language only if that is sure", () => {
  const german = { code: "de", name: "German" };
  const danish = { code: "da", name: "Danish" };
  expect(detector.isOther("You are a patient gardener who knows every tree.", german)).toBe(true);
  expect(detector.isOther("Du bist ein geduldiger Gärtner und kennst jeden Baum.", german)).toBe(false);
  expect(detector.isOther("Be brief.", german)).toBe(false);
  expect(detector.isOther("Skriv en kort dikt om regn over fjorden.", danish)).toBe(false);
});
