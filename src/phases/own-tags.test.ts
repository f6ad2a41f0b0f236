import { describe, expect, test } from "vitest";
import { inCanonicalOrder } from "../records/system-message/phrase.ts";
import { parseTagged } from "../records/system-message/parse.ts";
import { standardTags, tagSet, type TagSet } from "../records/system-message/tag-set.ts";
import { holdsTagDebris } from "./phrase-checks/tag-debris.ts";
import { fixedExample } from "./prompts/fixed-row.ts";
import { generatePromptOf } from "./prompts/generate-prompts.ts";
import { judgeTags } from "./prompts/judge-tags.ts";
import { servesQuestion } from "./prompts/serves-question.ts";
import { taggedMessageConstraint, writingOrder } from "./prompts/tagged-message-constraint.ts";

const standardOf = (set: TagSet) => generatePromptOf({ prompt: "standard" }, set);
const paperOf = (set: TagSet) => generatePromptOf({ prompt: "paper" }, set);
const plainly = { form: "tagged", language: undefined } as const;

const tags: TagSet = tagSet({
  names: ["Role", "Safety", "Content", "Task", "Action", "Style", "Background", "Format", "Text"],
  own: [
    { name: "Safety", meaning: "what must not be said", example: "Name no dose." },
    { name: "Text", meaning: "the text that it is about" },
  ],
});
const ownAlone = tagSet({ names: ["Safety"], own: [{ name: "Safety", meaning: "what must not be said" }] });
const phrases = [{ tag: "Safety", text: "Name no dose.", repairs: [] }] as const;

describe("a tag of one's own", () => {
  test("is read and repaired as the eight are, and has its place in the order", () => {
    const source = "<<Task>>Advise.<</Task>> <<safetys>>Name no dose.<</Safety>> <Role>You are a nurse.</Role>";
    const read = parseTagged(source, { tags });
    expect(inCanonicalOrder(read.phrases, tags.names).map(({ tag }) => tag)).toEqual(["Role", "Safety", "Task"]);
    expect(read.phrases[1]?.repairs).toEqual(["plural", "case"]);
    expect(parseTagged(source).faults).toMatchObject([{ reason: "unknown-tag" }]);
  });

  test("is debris where its name stands in a phrase as a tag does", () => {
    expect([tags, standardTags].map((set) => holdsTagDebris("Be kind. Safety: no doses.", set))).toEqual([true, false]);
  });

  test("is explained to the generator and to the judge, in its place", () => {
    const guide = "identity that the assistant takes on\n<<Safety>>...<</Safety>> what must not be said\n<<Content>>";
    expect(paperOf(tags).messages(fixedExample, plainly)[0]?.content).toContain(guide);
    const [rubric] = judgeTags.messages(phrases, tags);
    expect(rubric?.content).toContain(guide);
    expect(rubric?.content).toContain("Reply with nine lines in this form");
    expect(judgeTags.read("Role: None\nSafety: Bad", phrases, tags)).toEqual(["bad"]);
    const { labels, messages = [] } = servesQuestion({ text: "Name no dose." }, tags);
    expect(labels).toEqual(tags.names);
    expect(messages[0]?.content).toContain("\nSafety: what must not be said\n");
    expect(messages).toContainEqual({ role: "user", content: "Line: Name no dose." });
  });

  test("is in the forms that decoding is held to, also if it is named as a rule of the grammar", () => {
    const { grammar, jsonSchema } = taggedMessageConstraint(tags);
    expect(writingOrder(tags)).toEqual(["Role", "Safety", "Task", "Action", "Style", "Background", "Format", "Text", "Content"]);
    expect(grammar).toContain('ownsafety ::= "<<Safety>>" text "<</Safety>>" " "?');
    expect(grammar.match(/^text ::=/gm)).toHaveLength(1);
    expect(JSON.stringify(jsonSchema)).toContain('"enum":["Role","Safety",');
  });
});

describe("a tag that is left out", () => {
  test.each(["tagged", "json"] as const)("is in no prompt and in no demonstration (%s)", (form) => {
    const asked = [
      ...[0, 1, 2, 3].flatMap((head) => standardOf(tags).messages(fixedExample, { form, language: undefined, head })),
      ...paperOf(tags).messages(fixedExample, plainly),
      ...judgeTags.messages(phrases, tags),
      ...(servesQuestion({ text: "T" }, tags).messages ?? []),
    ];
    expect(JSON.stringify(asked)).not.toMatch(/\bTool\b/);
    expect(JSON.stringify(taggedMessageConstraint(tags))).not.toMatch(/tool/i);
  });

  test("is not known where a reply has it", () => {
    expect(parseTagged("<<Tool>>Use it.<</Tool>><<Task>>Do it.<</Task>>", { tags }).faults).toMatchObject([{ reason: "unknown-tag" }]);
  });
});

test("a set without any of the eight has a whole prompt without demonstrations", () => {
  const messages = standardOf(ownAlone).messages(fixedExample, { form: "json", language: undefined });
  expect(messages).toHaveLength(2);
  expect(messages[0]?.content).toContain('{"phrases": [{"tag": "Safety", "text": "..."}, ...]}');
});

test("what is asked for stands behind the conversation, so that prompts begin alike", () => {
  const of = (include: readonly string[]) =>
    standardOf(tags).messages(fixedExample, { form: "tagged", ask: { include, avoid: [] }, language: undefined });
  const [plain, asking] = [of([]), of(["Safety"])];
  expect(asking.slice(0, -1)).toEqual(plain.slice(0, -1));
  expect(asking.at(-1)?.content).toBe(
    `${plain.at(-1)?.content} Include a Safety phrase (what must not be said) that suits this conversation.`,
  );
  const paper =
    paperOf(tags)
      .messages(fixedExample, { ...plainly, ask: { include: [], avoid: ["Role"] } })
      .at(-1)?.content ?? "";
  expect(paper).toMatch(/\[end of conversation [0-9a-f]+\]\n\nUse no Role phrase\.\n\nSystem message:$/);
});
