import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findMarks } from "./marks.ts";
import { parseTagged } from "./parse.ts";
import { inCanonicalOrder, tags } from "./phrase.ts";
import { renderTagged, renderUntagged } from "./render.ts";
import { standardTags } from "./tag-set.ts";

const texts = (source: string, options = {}): string[] => parseTagged(source, options).phrases.map(({ tag, text }) => `${tag}: ${text}`);
const reasons = (source: string, options = {}): string[] => parseTagged(source, options).faults.map(({ reason }) => reason);

describe("well-formed messages", () => {
  test("both closings of the paper are read", () => {
    expect(texts("<<Role>>You are a chef.<</Role>> <<Task>>Cook.<<Task>>")).toEqual(["Role: You are a chef.", "Task: Cook."]);
  });

  test("several phrases of one tag keep their order behind each other", () => {
    const { phrases } = parseTagged("<<Style>>a a<</Style>><<Role>>b b<</Role>><<Style>>c c<</Style>><<Role>>d d<</Role>>");
    expect(renderTagged(inCanonicalOrder(phrases))).toBe(
      "<<Role>>b b<</Role>> <<Role>>d d<</Role>> <<Style>>a a<</Style>> <<Style>>c c<</Style>>",
    );
  });

  test("text with brackets of other kinds stays text", () => {
    const source = "<<Format>>Use <b>bold</b>, List<String>, x << 2, <<48/2=24>> and the <style> tag.<</Format>>";
    expect(texts(source)).toEqual(["Format: Use <b>bold</b>, List<String>, x << 2, <<48/2=24>> and the <style> tag."]);
    expect(parseTagged(source).phrases[0]?.repairs).toEqual([]);
  });

  test("a phrase is one line", () => {
    expect(renderUntagged(parseTagged("<<Role>>You\n are\t\there.<</Role>>\n<<Task>>Do it.<</Task>>").phrases)).toBe(
      "You are here. Do it.",
    );
  });
});

describe("faults that are removed, each with its reason", () => {
  test.each([
    ["<<Task>>Do this.<<Format>>", "mismatched-close"],
    ["<<Task>>Do this.<</Format>>", "mismatched-close"],
    ["<</Role>>", "mismatched-close"],
    ["<<Example>>one<</Example>>", "unknown-tag"],
    ["<<System>>one<<System>>", "unknown-tag"],
    ["<<Conversational History>>one<</Conversational History>>", "unknown-tag"],
    ["Instructions:", "untagged-text"],
    ["<<Tool>><</Tool>>", "empty-phrase"],
    ["<<Tool>> \n <</Tool>>", "empty-phrase"],
    ["<<Role>>\u200b<</Role>>", "empty-phrase"],
    ["<<Role>>You are a cook. <<Example 1>> foo<</Role>>", "unknown-tag"],
    ["<<Role>>You are a cook.<<\\Role>>", "unknown-tag"],
    ["<<Role/>>", "unknown-tag"],
    ["<</Ro", "unclosed"],
  ])("%s", (source, reason) => {
    expect(texts(source)).toEqual([]);
    expect(reasons(source)).toEqual([reason]);
  });

  test("a removed piece does not take its siblings along", () => {
    const source = "Here: <<Role>>You are a chef.<</Role>> Note <<Example>>x<</Example>> <<Task>>Cook.<</Task>>";
    expect(texts(source)).toEqual(["Role: You are a chef.", "Task: Cook."]);
    expect(reasons(source)).toEqual(["untagged-text", "untagged-text", "unknown-tag"]);
  });

  test("an unknown tag inside a phrase spoils that phrase alone", () => {
    const source = "<<Role>>You <<System>>are<</System>> here.<</Role>> <<Task>>Cook.<</Task>>";
    expect(texts(source)).toEqual(["Task: Cook."]);
    expect(reasons(source)).toEqual(["unknown-tag"]);
  });
});

describe("repairs: what has one sure reading is mended and recorded", () => {
  test.each([
    ["<<Background >>It is late.<</Background>>", "Background", ["stray-space"]],
    ["<< Background>>It is late.<</ Background>>", "Background", ["stray-space"]],
    ["<<Tasks>>Do it.<</Tasks>>", "Task", ["plural"]],
    ["<Tasks>Do it.</Tasks>", "Task", ["brackets", "plural"]],
    ["<<role>>You are.<</role>>", "Role", ["case"]],
    ["<<ROLE>>You are.<</ROLE>>", "Role", ["case"]],
    ["<<Role>>You are.<<//Role>>", "Role", ["double-slash"]],
    ["<<Role>>You are.</Role>", "Role", ["brackets"]],
    ["<<Format>>A list of", "Format", ["unclosed"]],
    ["<<Format>>A list of<</Format", "Format", ["unclosed"]],
    ["<<Format>>A list of<<", "Format", ["unclosed"]],
  ])("%s", (source, tag, repairs) => {
    const { phrases, faults } = parseTagged(source);
    expect(faults).toEqual([]);
    expect(phrases.map((phrase) => phrase.tag)).toEqual([tag]);
    expect(phrases[0]?.repairs.toSorted()).toEqual(repairs);
  });

  test("what is left of a mark does not reach the text", () => {
    expect(texts("<<Role>>You are a cook.<</Rol")).toEqual(["Role: You are a cook."]);
  });

  test("a phrase left open before another complete one", () => {
    const { phrases } = parseTagged("<<Role>>You are a chef. <<Task>>Cook.<</Task>>");
    expect(phrases).toEqual([
      { tag: "Role", text: "You are a chef.", repairs: ["unclosed"] },
      { tag: "Task", text: "Cook.", repairs: [] },
    ]);
  });

  test("without repair they are removed, as the paper does", () => {
    expect(reasons("<<Background >>x<</Background>>", { repair: false })).toEqual(["malformed-name"]);
    expect(reasons("<Tasks>x</Tasks>", { repair: false })).toEqual(["malformed-name"]);
    expect(reasons("<<role>>x<</role>>", { repair: false })).toEqual(["malformed-name"]);
    expect(reasons("<<Role>>x<<//Role>>", { repair: false })).toEqual(["mismatched-close"]);
    expect(reasons("<<Format>>x", { repair: false })).toEqual(["unclosed"]);
    expect(texts("<<Role>>x<</Role>><<Task>>y<<Task>>", { repair: false })).toEqual(["Role: x", "Task: y"]);
  });

  test("a phrase that the token limit cut off is half a phrase", () => {
    expect(reasons("<<Role>>You are.<</Role>> <<Task>>Write a long", { cutShort: true })).toEqual(["unclosed"]);
  });
});

describe("what stands between a phrase and its tags", () => {
  const text = "You are a geography teacher.";
  test.each([
    `**<<Role>>** ${text} **<</Role>>**`,
    `<<Role>>: ${text}<</Role>>`,
    `<<Role>>：${text}<</Role>>`,
    `**<<Role>>**: ${text} **<</Role>>**`,
    `<<Role>>**${text}**<</Role>>`,
    `<<Role>>*${text}*<</Role>>`,
    `<<Role>>**${text}<</Role>>**`,
    `__<<Role>>__ ${text} __<</Role>>__`,
    `<<Role>> - ${text}<</Role>>`,
    `<<Role>>\n* ${text}\n<</Role>>`,
    `<<Role>>"${text}"<</Role>>`,
    `<<Role>>: **"${text}"**<</Role>>`,
    `**<<Role>>:** ${text} <</Role>>`,
  ])("%j is mended", (source) => {
    const [phrase] = parseTagged(source).phrases;
    expect(phrase).toEqual({ tag: "Role", text, repairs: ["decoration"] });
    expect(parseTagged(source, { repair: false }).phrases[0]?.repairs).toEqual([]);
  });

  test.each([
    "**Be brief** in all that you say.",
    "Say it in **bold**",
    'Begin with "Yes" or "No"',
    '"Yes" comes first, then "No"',
    "*Never* say **never**",
    "- Be brief. - Be kind.",
    "_id is the key, and _rev its revision_",
    ":) is how you end.",
    "=SUM(A1:A3) is the formula that you explain.",
    "`code` comes first.",
    "Use snake_case_",
  ])("%j stays", (phrase) => {
    expect(parseTagged(`<<Style>>${phrase}<</Style>>`).phrases).toEqual([{ tag: "Style", text: phrase, repairs: [] }]);
  });
});

describe("any input", () => {
  const fragment = fc.oneof(
    fc.constantFrom(
      "<<",
      ">>",
      "<",
      ">",
      "/",
      "//",
      " ",
      "\n",
      "<<</",
      "<<Role>>",
      "<</Role>>",
      "<<role>>",
      "<Task>",
      "</Task>",
      "<<Tasks >>",
      "<<System>>",
      "<</System>>",
    ),
    fc.constantFrom(...tags),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const hostile = fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join(""));

  test("never throws, and what it reads renders to what it reads again", () => {
    fc.assert(
      fc.property(hostile, fc.boolean(), (source, repair) => {
        const once = renderTagged(parseTagged(source, { repair }).phrases);
        const again = parseTagged(once, { repair });
        expect(renderTagged(again.phrases)).toBe(once);
        expect(again.faults).toEqual([]);
        expect(again.phrases.every((phrase) => phrase.repairs.length === 0)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each(["<Task><<Role\n>>", "<<Role>><<Role\n>>", "<Task>a <\u200b<Role>> b</Task>", "<<Task>>a <<Ro\ufeffle>> b<</Task>>"])(
    "no phrase holds what would be a tag on one line: %j",
    (source) => {
      for (const { text } of parseTagged(source).phrases) expect(findMarks(text, standardTags)).toEqual([]);
    },
  );

  test("every non-blank character is in a phrase or in a fault", () => {
    fc.assert(
      fc.property(hostile, (source) => {
        const { phrases, faults } = parseTagged(source);
        if (source.trim() !== "") expect(phrases.length + faults.length).toBeGreaterThan(0);
      }),
    );
  });

  // Quadratic work on a megabyte would be 10^12 steps, and run into the suite's time limit.
  test.each([
    "<",
    "<<",
    "<<Role>>",
    "<<Role",
    "<</Role>>",
    "<<Role>><<X>>",
    "<Task>",
    "<<Role>>a <Task> ",
    "<<a ",
    " ",
    "<<Role>>a<<Role>>",
  ])("a megabyte of %j is read", (unit) => {
    const { phrases, faults } = parseTagged(unit.repeat((1 << 20) / unit.length));
    expect(phrases.length + faults.length).toBeLessThanOrEqual(2 * ((1 << 20) / unit.length + 1));
  });
});
