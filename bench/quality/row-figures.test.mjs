import { describe, expect, test } from "vitest";
import { debrisIn } from "./debris.mjs";
import { languageOf } from "./language.mjs";
import { areNearlySame } from "./likeness.mjs";
import { rowFigures } from "./row-figures.mjs";

const done = (id, phrases, { response = "New.", original = "Old." } = {}) => ({
  outcome: "done",
  id,
  messages: [
    { role: "system", content: phrases.map(([, text]) => text).join(" ") },
    { role: "user", content: "Q" },
    { role: "assistant", content: response },
  ],
  facts: { phrases: phrases.map(([tag, text]) => ({ tag, text })), removed: [], originalResponses: [original] },
});
const dropped = (id, reason) => ({ outcome: "dropped", id, reason });
const row = (id, source, language) => ({ id, instruction: "Q", source, language });

describe("the figures of a run's rows", () => {
  const rows = [row("a", "maths", "en"), row("b", "maths", "de"), row("c", "code", "ko"), row("d", "code", "en")];
  const lines = [
    done("a", [["Role", "You are the teller of the tale."]], { response: "So it is 71.\n#### 71", original: "#### 72" }),
    done("b", [
      ["Role", "You are a teacher."],
      ["Tool", "Answer with <b>."],
    ]),
    done("c", [["Task", "You are a teacher."]], { response: "#### 5", original: "#### 5" }),
    dropped("d", "no-good-phrase"),
  ];
  const figures = rowFigures(rows, lines, ["You are the teller of a tale."]);

  test("rows kept, by kind and by reason", () => {
    expect(figures).toMatchObject({ rows: 4, rowsKept: 3, rowsKeptShare: 0.75 });
    expect(figures.rejected).toEqual({ "no-good-phrase": 1 });
    expect(figures.keptBySource).toEqual({ maths: 1, code: 0.5 });
  });

  test("a language that cannot be told does not count", () => {
    expect(figures.language).toEqual({ rows: 2, share: 0.5, byLanguage: { en: 1, de: 0 } });
  });

  test("shares are of the kept rows", () => {
    expect(figures.demonstrationsCopied).toBeCloseTo(1 / 3);
    expect(figures.debris).toEqual({ marks: expect.closeTo(1 / 3), cut: 0, "run-on": 0 });
    expect(figures.tags).toMatchObject({ Role: expect.closeTo(2 / 3), Tool: expect.closeTo(1 / 3), Style: 0 });
    expect(figures.toolOutsideCode).toBe(1 / 2);
    expect(figures.phrasesARow).toBeCloseTo(4 / 3);
    expect(figures.distinctMessages).toBe(1);
  });

  test("an answer that differs from the original's is wrong, and rows without one are not counted", () => {
    expect(figures.wrongAnswers).toEqual({ checked: 2, wrong: 1 });
  });

  test("a run that keeps no row has no shares", () => {
    expect(rowFigures(rows, [dropped("d", "too-long")], [])).toMatchObject({ rowsKept: 0, phrasesARow: null, demonstrationsCopied: null });
  });
});

test.each([
  ["Write `List<String>` as it is.", []],
  ["You are a tutor.", []],
  ["Be brief", []],
  ["Answer in words>><<Style", ["marks"]],
  ["Explain each step with", ["cut"]],
  ["Name the colour,", ["cut"]],
  [
    `Explain how water boils, how long that takes at sea level and in the mountains, and why steam rises over the kettle on a cold winter morning in the old kitchen where nobo`,
    ["cut"],
  ],
  ["One. Two. Three. Four. Five.", ["run-on"]],
  ["the answer is so and the answer is so and the answer is so.", ["run-on"]],
])("debris in %s", (text, found) => {
  expect(debrisIn(text)).toEqual(found);
});

test.each([
  ["You are a patient tutor. Work step by step.", "en"],
  ["Eres un profesor paciente. Trabaja paso a paso con el alumno.", "es"],
  ["Du bist ein geduldiger Lehrer. Erkläre jeden Schritt mit einem Beispiel.", "de"],
  ["Vous êtes un professeur patient. Expliquez chaque étape avec un exemple.", "fr"],
  ["Você é um professor paciente. Explique cada passo com um exemplo.", "pt"],
  ["你是一位耐心的 Python 老师。", "zh"],
  ["12 + 30 = 42", undefined],
])("the language of %s", (text, language) => {
  expect(languageOf(text)).toBe(language);
});

test.each([
  ["End with one sentence that states the result.", "end with one sentence that states the result", true],
  ["End with one sentence that states the result.", "End with one short sentence that states the result.", true],
  ["End with one sentence that states the result.", "List three habits with short descriptions.", false],
  ["你是一位耐心的老师。", "你是一位耐心的算术老师。", true],
  ["Write a poem.", "", false],
])("%s and %s are nearly the same: %s", (a, b, same) => {
  expect(areNearlySame(a, b)).toBe(same);
});
