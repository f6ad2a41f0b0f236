import { expect, test } from "vitest";
import { RowLanguages } from "./row-languages.ts";

test("the languages of rows, the most frequent first, without what the detector may have erred on", async () => {
  const languages = await RowLanguages.open();
  const add = (rows: number, systemMessage: string): void => {
    for (let row = 0; row < rows; row++) languages.add({ systemMessage });
  };
  add(70, "You are a helpful guide who answers in short sentences.");
  add(30, "Du bist eine freundliche Beraterin und antwortest in kurzen Sätzen.");
  add(1, "Eres un guía amable que responde con frases cortas y claras.");
  add(5, "42");
  expect(languages.codes()).toEqual(["en", "de"]);
});
