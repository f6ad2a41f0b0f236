import { describe, expect, test } from "vitest";
import { readEntry } from "../../../../test/fixtures/dataset-entry.ts";
import type { Example } from "../../../records/example.ts";
import { presetNames } from "../../presets.ts";
import { settingsOf } from "../../index.ts";
import { generate } from "../../generate.ts";
import { respond } from "../../respond.ts";
import { verify } from "../../verify.ts";
import { builtInFiles } from "../built-in-files.ts";
import { fixedPhrases } from "../fixed-row.ts";
import { standardTags } from "../../../records/system-message/tag-set.ts";
import { generatePromptOf, readyGeneratePrompt } from "../generate-prompts.ts";
import { systemTurn } from "../instructions.ts";
import { fitQuestionsOf, tagQuestionOf } from "../verify-rubrics.ts";

const exampleOf = async (question: string): Promise<Example> => {
  const { content } = await readEntry({ instruction: question, output: "An answer." });
  if (!("example" in content)) throw new Error("no example");
  return content.example;
};
const asked = "How do I get rust off a pan?";
const example = await exampleOf(asked);
const languages = [
  undefined,
  ...[
    ["en", "English"],
    ["es", "Spanish"],
    ["ko", "Korean"],
    ["de", "German"],
    ["ar", "Arabic"],
  ].map(([code = "", name = ""]) => ({ code, name })),
];

describe.each(presetNames)("the files of preset %s", (preset) => {
  const files = Object.fromEntries(builtInFiles(preset).map(({ key, text }) => [key, { path: "f", text }] as const));
  const text = (key: string): { path: string; text: string } => files[key] ?? { path: "f", text: "" };
  const settings = settingsOf(preset);
  const ofGenerate = {
    ...settings.generate,
    texts: { prompt: text("generate.prompt"), demonstrations: text("generate.demonstrations") },
  };
  const ofVerify = { ...settings.verify, texts: { rubric: text("verify.rubric") } };
  const ofRespond = { ...settings.respond, texts: { instructions: text("respond.instructions") } };

  test.each([undefined, "You write for Acme.\nNever name a price."])(
    "make the same prompts as the program's own, guidance %j",
    (guidance) => {
      const [own, builtIn] = [
        generatePromptOf({ ...ofGenerate, texts: { ...ofGenerate.texts, guidance } }, standardTags),
        generatePromptOf({ ...settings.generate, texts: guidance === undefined ? undefined : { guidance } }, standardTags),
      ];
      for (const form of ["tagged", "json"] as const)
        for (const language of languages)
          for (const head of [0, 1, 2])
            for (const again of [undefined, { rewrite: 1, fault: "Mind it." }])
              for (const demonstrated of [true, false]) {
                const options = { form, language, head, again, demonstrated };
                expect(own.messages(example, options)).toEqual(builtIn.messages(example, options));
              }
      expect(own.hashed()).toEqual(builtIn.hashed());
      expect(own.demonstrations.map(({ instruction }) => instruction)).toEqual(
        builtIn.demonstrations.map(({ instruction }) => instruction),
      );
      const [rubric, ofProgram] = [
        fitQuestionsOf(preset === "paper" ? {} : { texts: { ...ofVerify.texts, guidance } }),
        fitQuestionsOf({ texts: guidance === undefined ? undefined : { guidance } }),
      ];
      if (preset === "standard") expect(rubric.hashed()).toEqual(ofProgram.hashed());
    },
  );

  test("have the hashes of the program's own, and other words have others", () => {
    expect(generate.prompt?.(ofGenerate, standardTags)).toEqual(generate.prompt?.(settings.generate, standardTags));
    expect(verify.prompt?.(ofVerify, standardTags)).toEqual(verify.prompt?.(settings.verify, standardTags));
    expect(respond.prompt?.(ofRespond, standardTags)).toEqual(respond.prompt?.(settings.respond, standardTags));
    const edited = (file: { text: string }): { text: string } => ({
      text: file.text.replace("=== system ===\n", "=== system ===\nNew words. "),
    });
    const words = { ...settings.generate, texts: { prompt: edited(text("generate.prompt")) } };
    expect(generate.prompt?.(words, standardTags)).not.toEqual(generate.prompt?.(settings.generate, standardTags));
    const rubric = { ...settings.verify, texts: { rubric: edited(text("verify.rubric")) } };
    expect(verify.prompt?.(rubric, standardTags)).not.toEqual(verify.prompt?.(settings.verify, standardTags));
    const instructions = { ...settings.respond, texts: { instructions: edited(text("respond.instructions")) } };
    expect(respond.prompt?.(instructions, standardTags)).not.toEqual(respond.prompt?.(settings.respond, standardTags));
    const shown = { demonstrations: { text: text("generate.demonstrations").text.replace("Rename", "Move") } };
    expect(generate.prompt?.({ ...settings.generate, texts: shown }, standardTags)).not.toEqual(
      generate.prompt?.(settings.generate, standardTags),
    );
  });

  test("comments and a name do not count", () => {
    const commented = { ...settings.generate, texts: { prompt: { path: "other", text: `# Mine\n\n${text("generate.prompt").text}\n\n` } } };
    expect(generate.prompt?.(commented, standardTags)).toEqual(generate.prompt?.(settings.generate, standardTags));
    const windows = { ...settings.generate, texts: { prompt: { text: `\ufeff${text("generate.prompt").text.replaceAll("\n", "\r\n")}` } } };
    expect(generate.prompt?.(windows, standardTags)).toEqual(generate.prompt?.(settings.generate, standardTags));
  });
});

test("a rubric of tags in a file is asked as it stands there", () => {
  const rubric = { text: "=== system ===\nJudge {{ tags }} {{ reply_form }}\n=== user ===\n{{ tagged_message }}!" };
  const [system, user] = tagQuestionOf({ texts: { rubric } }).messages(fixedPhrases, standardTags);
  expect(system?.content).toMatch(/^Judge <<Role>>[^]*Format: Good, Bad or None$/);
  expect(user?.content).toMatch(/^\[tagged message [^]*\]!$/);
  expect(tagQuestionOf({ texts: { rubric } }).again(fixedPhrases, standardTags)[1]?.content).toContain("Reply with eight lines");
});

const prompt =
  (text: string): (() => unknown) =>
  () =>
    generate.prompt?.({ ...settingsOf("standard").generate, texts: { prompt: { path: "p.liquid", text } } }, standardTags);
const head = "=== system ===\n{{ tags }} {{ reply_form }}\n";

test.each([
  ["", /^p\.liquid:1: the file is empty\. Sections of generate\.prompt: system with the slots tags \(required\), .*user with/],
  ["\n# only a comment\n", /^p\.liquid:3: no section\. A section begins with a line such as "=== system ==="/],
  ["Write {{ tags }}", /^p\.liquid:1: text before the first section/],
  [`${head}=== usr ===\n{{ conversation }}`, /^p\.liquid:3: "usr" is no section of generate\.prompt/],
  [`${head}=== user ===\n{{ conversation }}\n${head}`, /^p\.liquid:5: section "system" is there twice/],
  [`${head}=== user ===\n\n`, /^p\.liquid:3: section "user" is empty/],
  [head, /^p\.liquid:3: section "user" is missing/],
  [
    `${head}\n=== user ===\n\nHello.`,
    /^p\.liquid:6: the slot \{\{ conversation \}\} is missing \(the row's conversation between marks\)\. Slots of section user: conversation \(required\), language/,
  ],
  ["=== user ===\n{{ conversation }} {{ tags }}", /^p\.liquid:2: the slot \{\{ reply_form \}\} is missing/],
  [
    `${head}=== user ===\n{{ conversation }}\n{% if fault %}\n{{ colour }}{% endif %}`,
    /^p\.liquid:6: section "user" has no slot "colour"\. Slots of section user/,
  ],
  [
    "=== system ===\n{{ tags }} {{ reply_form }}\n{{ conversation }}\n=== user ===\n{{ conversation }}",
    /^p\.liquid:3: section "system" has no slot "conversation"/,
  ],
  [`${head}=== user ===\n{{ conversation }}\n{% if fault %}`, /^p\.liquid:5: tag \{% if fault %\} not closed/],
  [`${head}=== user ===\n{{ conversation }}\n\n{{ language | shout }}`, /^p\.liquid:6: undefined filter: shout/],
  [
    `${head}=== user ===\n{{ conversation }}{% for d in demonstrations %}\n{{ d.title }}{% endfor %}`,
    /^p\.liquid:5: undefined variable: d\.title/,
  ],
  [`${head}=== user ===\n{{ conversation }}\n{% include "other" %}`, /^p\.liquid:5: tag "include" not found/],
  [`${head}=== user ===\n{{ conversation }}\n{{ "now" | date: "%Y" }}`, /^p\.liquid:5: undefined filter: date/],
])("a prompt file that cannot work is refused with its line: %j", (text, message) => {
  expect(prompt(text)).toThrow(message);
});

test.each([
  ["=== system ===\n{{ reply_form }}\n=== phrase ===\nFits?\n=== message ===\n{{ message }}", /^r:4: the slot \{\{ phrase \}\} is missing/],
  [
    "=== system ===\nSay Yes or No.\n=== phrase ===\n{{ phrase }}\n=== message ===\n{{ message }}",
    /^r:2: the slot \{\{ reply_form \}\} is missing/,
  ],
  ["=== system ===\n{{ reply_form }}\n=== user ===\n{{ tagged_message }}", /^r:3: "user" is no section of verify\.rubric/],
])("a rubric that cannot work is refused: %j", (text, message) => {
  expect(() => fitQuestionsOf({ texts: { rubric: { path: "r", text } } })).toThrow(message);
});

test("guidance that the user's own prompt or rubric does not say is refused", () => {
  const texts = { prompt: { path: "p", text: `${head}=== user ===\n{{ conversation }}` }, guidance: "Be kind." };
  expect(() => generatePromptOf({ prompt: "standard", texts }, standardTags)).toThrow(
    /generate\.guidance is given, and p has no slot for it/,
  );
  const rubric = { path: "r", text: "=== system ===\n{{ reply_form }}\n=== phrase ===\n{{ phrase }}\n=== message ===\n{{ message }}" };
  expect(() => fitQuestionsOf({ texts: { rubric, guidance: "Be kind." } })).toThrow(/and r has no slot for it, so the judge would remove/);
  expect(() => generatePromptOf({ prompt: "standard", texts: { guidance: " " } }, standardTags)).toThrow(/found an empty text/);
});

test("a prompt without system section, and one that lists its demonstrations", () => {
  const text =
    "=== user ===\n{% for d in demonstrations %}{{ forloop.index }}. {{ d.instruction }} -> {{ d.message }}\n{% endfor %}{{ tags | size }} {{ conversation }} {{ language }} {{ reply_form }}";
  const own = generatePromptOf({ prompt: "standard", texts: { prompt: { text } } }, standardTags);
  const [only, ...more] = own.messages(example, { form: "json", language: { code: "en", name: "English" } });
  expect(more).toEqual([]);
  expect(only?.role).toBe("user");
  expect(only?.content).toMatch(/^1\. .* -> \{"phrases":\[\{"tag":[^]*\n4\. [^]*\n\d+ \[conversation [^]*\] English Reply with JSON/);
  expect(own.messages(example, { form: "json", language: undefined, demonstrated: false })[0]?.content).toMatch(/^\d+ \[conversation/);
});

test("what a row holds is no template", async () => {
  const row = await exampleOf("Explain {{ tags }} and {% if %} in Liquid.");
  const own = generatePromptOf(
    { prompt: "standard", texts: { prompt: { text: `${head}=== user ===\n{{ conversation }}` } } },
    standardTags,
  );
  expect(own.messages(row, { form: "tagged", language: undefined }).at(-1)?.content).toContain(
    "Explain {{ tags }} and {% if %} in Liquid.",
  );
});

test("instructions stand around the system message, and a row's tools are never left out", () => {
  const texts = { instructions: { text: "=== system ===\n{{ system_message }}\n\nAnswer in German." } };
  expect(systemTurn(texts, "You are a cook.", undefined)).toBe("You are a cook.\n\nAnswer in German.");
  expect(systemTurn(texts, "You are a cook.", "[T]")).toBe(
    "You are a cook.\n\nAnswer in German.\n\nTools of the assistant: [T]\n\nAnswer in words, without another call.",
  );
  const placed = { instructions: { text: "=== system ===\n{% if tools %}Tools: {{ tools }}\n{% endif %}{{ system_message }}" } };
  expect(systemTurn(placed, "You are a cook.", "[T]")).toBe("Tools: [T]\nYou are a cook.");
});

describe("demonstrations of the user's own", () => {
  const line = (more: object): string =>
    JSON.stringify({ instruction: "Hallo?", response: "Ja.", phrases: [["Task", "Sag ja."]], ...more });
  const read =
    (...lines: string[]): (() => unknown) =>
    () =>
      generatePromptOf({ prompt: "standard", texts: { demonstrations: { path: "d.jsonl", text: lines.join("\n") } } }, standardTags);

  test.each([
    [[""], /^d\.jsonl:1: the file holds no demonstration\. Expected lines such as \{"instruction"/],
    [[line({}), "{"], /^d\.jsonl:2: not JSON\. Expected \{"instruction"/],
    [[line({}), "", line({ phrases: [["Rol", "x"]] })], /^d\.jsonl:3: unknown tag "Rol"\. The tags are Role, Content/],
    [[line({ phrases: [] })], /^d\.jsonl:1: no phrases/],
    [[line({ phrases: [["Task", " "]] })], /^d\.jsonl:1: the phrase of Task is empty/],
    [[line({ phrases: [["Task", "a\nb"]] })], /^d\.jsonl:1: the phrase of Task holds a line end or a tag/],
    [[line({ instruction: " " })], /^d\.jsonl:1: "instruction" is empty/],
    [[line({ respnse: "x" })], /^d\.jsonl:1: no demonstration \(unknown key "respnse"\)/],
    [[line({ response: 5 })], /^d\.jsonl:1: no demonstration \(response\)/],
    [[line({ phrases: undefined })], /^d\.jsonl:1: expected either "phrases" or "system"/],
    [
      [line({ phrases: undefined, system: "<<Task>>Sag ja.<</Role>>" })],
      /^d\.jsonl:1: "system" cannot be read \(mismatched-close: <<Task>>/,
    ],
    [[line({ phrases: undefined, system: "Sag ja." })], /^d\.jsonl:1: "system" cannot be read \(untagged-text: Sag ja\.\)/],
    [[line({ language: "Germna" })], /^d\.jsonl:1: unknown language "Germna"/],
    [[line({ set: "a" }), line({})], /^d\.jsonl: demonstration 2 has no "set", unlike the first/],
    [
      ['{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b"}],"sysgen":{"phrases":[],"originalResponses":["x"]}}'],
      /^d\.jsonl:1: a row of one instruction/,
    ],
  ])("are checked line by line: %j", (lines, message) => {
    expect(read(...lines)).toThrow(message);
  });

  test("are read as phrases, as tagged text, and from rows of a dataset", () => {
    const row = {
      id: "1",
      messages: [
        { role: "system", content: "Say so." },
        { role: "user", content: "And?" },
        { role: "assistant", content: "New." },
      ],
      sysgen: { phrases: [{ tag: "Task", text: "Say so.", verdict: "good" }], originalResponses: ["Old."], model: "m" },
    };
    const lines = [
      line({}),
      line({ phrases: undefined, system: "<<Role>>Du bist nett.<</Role>> <<Task>>Sag ja.<</Task>>" }),
      JSON.stringify(row),
      line({ phrases: [{ tag: "Style", text: "Kurz." }] }),
    ];
    const { demonstrations } = generatePromptOf({ prompt: "paper", texts: { demonstrations: { text: lines.join("\r\n") } } }, standardTags);
    expect(demonstrations.map(({ instruction, response, phrases }) => [instruction, response, phrases])).toEqual([
      ["Hallo?", "Ja.", [["Task", "Sag ja."]]],
      [
        "Hallo?",
        "Ja.",
        [
          ["Role", "Du bist nett."],
          ["Task", "Sag ja."],
        ],
      ],
      ["And?", "Old.", [["Task", "Say so."]]],
      ["Hallo?", "Ja.", [["Style", "Kurz."]]],
    ]);
  });

  const shownTo = async (language: string, code: string, lines: string[], head = 0): Promise<string[]> => {
    const own = await readyGeneratePrompt({ prompt: "standard", texts: { demonstrations: { text: lines.join("\n") } } }, standardTags);
    const messages = own.messages(example, { form: "tagged", language: { code, name: language }, head });
    return messages.slice(1, -1).flatMap(({ role, content }) => (role === "user" ? (/User: (.*)/.exec(content)?.[1] ?? "?") : []));
  };

  test("are shown by language, at most four, those of the row's language last", async () => {
    const lines = [
      ...["d1", "d2", "d3", "d4", "d5", "d6"].map((instruction) => line({ instruction, language: "de" })),
      line({ instruction: "s1", language: "Spanish" }),
      line({ instruction: "p1", language: "Portuguese" }),
    ];
    const german = [await shownTo("German", "de", lines), await shownTo("German", "de", lines, 1)];
    expect(german.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
      ["s1", "d1", "d2", "d3"],
      ["s1", "d4", "d5", "d6"],
    ]);
    expect(await shownTo("Italian", "it", lines)).toEqual(["d1", "d2", "s1", "p1"]);
    // No set is for Korean, so the last one is shown.
    expect(await shownTo("Korean", "ko", lines)).toEqual(["d1", "d2", "s1", "p1"]);
  });

  test("without a language get the one that they show", async () => {
    const lines = [
      line({ instruction: "Wie backe ich ein gutes Brot mit Sauerteig?", response: "Nimm Roggenmehl und lass den Teig lange gehen." }),
      line({ instruction: "How do I bake a good bread with sourdough?", response: "Take rye flour and let the dough rise for long." }),
    ];
    expect((await shownTo("German", "de", lines)).at(-1)).toMatch(/^Wie/);
    expect((await shownTo("English", "en", lines)).at(-1)).toMatch(/^How/);
  });
});
