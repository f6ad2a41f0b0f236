import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { renderMarkdown } from "../markdown.ts";
import { sampleJudge } from "../../../test/fixtures/sample-judge.ts";
import { sampleCalibration, sampleReport } from "../../../test/fixtures/sample-report.ts";
import { reportSchema, type Report } from "../../analysis/report.ts";
import { renderReport } from "./render-report.ts";

const sections = [
  "headline",
  "rows",
  "messages",
  "responses",
  "judge",
  "diversity",
  "examples",
  "calibration",
  "breakdowns",
  "paper",
  "notes",
];

const whole = await renderReport(sampleReport(), [
  sampleJudge({ models: ["a-judge-70b", "a-model-8b"] }),
  sampleJudge({ mode: "system-hidden" }),
]);
const { document } = parseHTML(whole);
const textOf = (selector: string): string => document.querySelector(selector)?.textContent ?? "";

/** The report with its first example changed. */
function withExample(report: Report, change: Partial<Report["examples"][number]>): Report {
  const [first, ...others] = report.examples;
  return first === undefined ? report : { ...report, examples: [{ ...first, ...change }, ...others] };
}

describe("the page", () => {
  test("needs nothing else: no script, no fetch, and a policy that forbids both", () => {
    expect(document.querySelectorAll("script, link, iframe, img, object, embed, video, audio, base")).toHaveLength(0);
    expect(whole).not.toMatch(/(?:src|srcset|action|data)\s*=\s*["']?https?:/i);
    expect(whole).not.toMatch(/@import|url\(/i);
    const policy = document.querySelector("meta[http-equiv=Content-Security-Policy]")?.getAttribute("content");
    expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'/);
    for (const link of document.querySelectorAll("a")) expect(link.getAttribute("href")).toMatch(/^#/);
  });

  test("has each section, with a heading that names it and a link that leads there", () => {
    for (const id of sections) {
      const section = document.querySelector(`#${id}`);
      expect(section?.getAttribute("aria-labelledby")).toBe(`${id}-title`);
      expect(textOf(`#${id}-title`)).not.toBe("");
      expect(document.querySelector(`nav a[href="#${id}"]`)).not.toBeNull();
    }
    expect([...document.querySelectorAll("section")].map(({ id }) => id)).toEqual(sections);
    expect(document.querySelectorAll("h1")).toHaveLength(1);
  });

  test("has no id twice", () => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("is the same for the same report", async () => {
    expect(await renderReport(sampleReport())).toBe(await renderReport(sampleReport()));
  });

  test("says every chart in words, and gives every table a caption and headings", () => {
    const charts = [...document.querySelectorAll("figure.chart svg")];
    expect(charts.length).toBeGreaterThan(10);
    for (const chart of charts) {
      expect(chart.getAttribute("role")).toBe("img");
      expect(chart.getAttribute("aria-label")?.length).toBeGreaterThan(40);
    }
    for (const table of document.querySelectorAll("table")) {
      expect(table.querySelector("caption")?.textContent).not.toBe("");
      expect(table.querySelectorAll("thead th[scope=col]").length).toBeGreaterThan(1);
      expect(table.querySelectorAll("tbody th[scope=row]").length).toBe(table.querySelectorAll("tbody tr").length);
    }
  });

  test("draws charts with the theme's colours alone", () => {
    for (const chart of document.querySelectorAll("figure.chart svg"))
      expect(chart.outerHTML).not.toMatch(/(?:fill|stroke)="(?:#|rgb|white|black)/);
  });
});

describe("the judge's calibration", () => {
  test("has AUC, shares, the lines of tags, scores and retagged phrases", () => {
    const text = textOf("#calibration").replaceAll(/\s+/g, " ");
    expect(text).toMatch(/AUC a phrase\s*0\.81 AUC a message\s*0\.98/);
    expect(text).toMatch(/line keeps\s*74\.8%.*removes\s*75\.7%/);
    expect(text).toMatch(/phrase of Role is Good\s*−0\.25/);
    expect(text).toMatch(/Tool\s*Style\s*41/);
    expect(document.querySelector("#calibration figure.chart")).not.toBeNull();
    expect(textOf("#headline")).not.toContain("The judge of phrases.");
  });

  test("warns of a judge that knows little", async () => {
    const coin = parseHTML(await renderReport(sampleReport({ calibration: { ...sampleCalibration, phraseAuc: 0.55 } }))).document;
    expect(coin.querySelector("#headline a[href='#calibration']")?.parentElement?.textContent).toContain("removes no phrase");
  });

  test("is no section in a run without one", async () => {
    const { document: older } = parseHTML(await renderReport(sampleReport({ calibration: null })));
    expect(older.querySelector("#calibration")).toBeNull();
    expect(older.querySelector('nav a[href="#calibration"]')).toBeNull();
  });
});

describe("what it says", () => {
  test("headline figures", () => {
    const cards = textOf(".cards");
    expect(cards).toContain("89.8%1,077 of 1,200 rows; 27 with the original kept, ");
    expect(cards).toContain("×1.60");
    expect(cards).toMatch(
      /A′ wins over A, by a judge69\.0%580 wins, 220 ties, 200 losses in 1,000 pairs that differ and have a verdict; 95% interval 66\.0% to 72\.0%/,
    );
  });

  test("rows by outcome, gates by action, why originals were kept, answers, and what was paid", () => {
    const rows = textOf("#rows").replaceAll(/\s+/g, " ");
    expect(rows).toMatch(/Written anew\s*1,077\s*89\.8% .*Original kept\s*27\s*2\.3% .*Dropped\s*76\s*6\.3% .*Failed\s*20\s*1\.7%/);
    expect(rows).toMatch(/Gate\s*asked for again\s*A kept\s*could not be checked\s*wrong-answer.*?61\s*22\s*5\s*truncated.*?8\s*–\s*–/);
    expect(rows).toContain("Why originals were kept: wrong-answer in 27 rows.");
    expect(rows).toMatch(/1,104 checked against A's, 55 wrong at least once .* could not be checked has no fault/);
    expect(rows).toMatch(/3,504 model calls, 1,900,800 tokens in, 523,200 tokens out\. \$1\.25 for all calls/);
    expect(document.querySelector("#rows figure svg")?.getAttribute("aria-label")).toContain("1,077 written anew, 27 kept");
  });

  test("what is bad and what helps", () => {
    expect(textOf("#headline .warning").replaceAll(/\s+/g, " ")).toContain("keep the original. What helps: Take a stronger");
  });

  test("a report of an older version, which does not tell rows written anew from others", async () => {
    const report = sampleReport();
    const { writtenAnew, originalKept, ...rows } = report.overall.rows;
    const older = reportSchema.parse({ ...report, keptBy: undefined, hints: undefined, overall: { ...report.overall, rows } });
    const page = parseHTML(await renderReport(older)).document.querySelector("#rows")?.textContent ?? "";
    expect(page).toMatch(/In the dataset\s*1,104/);
    expect(page).not.toContain("ritten anew");
    expect(renderMarkdown(older)).toContain("| in the dataset | 1,104 |");
    expect([writtenAnew, originalKept]).toEqual([1077, 27]);
  });

  test("scores that two tokenizers agree on share a line", async () => {
    const report = sampleReport();
    const { responses } = report.overall;
    const rougeL = responses.scores.find(({ metric, tokenizer }) => metric === "rougeL" && tokenizer === "rouge");
    const scores = responses.scores.map((score) =>
      score.metric === "rougeL" && rougeL !== undefined ? { ...rougeL, tokenizer: score.tokenizer } : score,
    );
    const same = await renderReport({ ...report, overall: { ...report.overall, responses: { ...responses, scores } } });
    const lines = (page: string): string[] =>
      [...parseHTML(page).document.querySelectorAll("#responses table tbody tr")]
        .map((line) => line.textContent?.replaceAll(/\s+/g, " ").trim() ?? "")
        .filter((line) => line.startsWith("ROUGE-L"));
    expect(lines(whole)).toHaveLength(2);
    expect(lines(same)).toEqual([expect.stringContaining("Google's (ASCII) and Unicode")]);
  });

  test("a kept original is shown once, and as such", async () => {
    const [turn] = sampleReport().examples[0]?.turns ?? [];
    if (turn === undefined) throw new Error("the sample has no turn");
    const page = await renderReport(
      withExample(sampleReport(), { id: "kept-one", turns: [{ ...turn, response: turn.original, origin: "original" }] }),
    );
    const row = [...parseHTML(page).document.querySelectorAll("details.row")].find((each) => each.textContent?.includes("kept-one"));
    expect(row?.textContent).toContain("kept in the dataset");
    expect(row?.textContent).not.toContain("A′");
    expect(row?.textContent?.split(turn.original)).toHaveLength(2);
  });

  test("reasons, in words", () => {
    expect(textOf("#rows")).toContain("no-good-phrasethe judge called no phrase Good");
  });

  test("judges: intervals, a preference for a place, self-judging, agreement", () => {
    const said = textOf("#judge");
    expect(said).toMatch(/a-judge-70b, system message shown\s*1,000\s*580\s*220\s*200\s*69\.0% \(66\.0% to 72\.0%\)/);
    expect(said).toContain("83.0% (80.0% to 86.0%) of 3,800 phrases that apply obeyed, in 1,000 rows.");
    expect(said).toContain("Originals kept, apart: 30.0% (27.0% to 33.0%) of 95 phrases that apply obeyed, in 25 rows.");
    expect(said).toContain("The judge prefers the first place: 56.8%");
    expect(said).toContain("This model wrote the responses that it judges");
    expect(said).toContain("Cohen's kappa");
    expect(said).toContain("system message hidden");
  });

  test("judges: what they know of obedience, as a warning where it is little or not known", async () => {
    const said = textOf("#judge");
    expect(said).toContain("AUC own to foreign0.81 a phrase, 0.97 a message");
    expect(said).toContain("log-odds 1.25, Role 0.50, Format −0.75");
    expect(said).not.toContain("knows little of obedience");
    const report = sampleReport();
    const little = sampleJudge({ phraseAuc: 0.65 });
    expect(await renderReport(report, [little])).toContain("This judge knows little of obedience");
    const old = sampleJudge({ isCalibrated: false });
    expect(old.judges[0]?.phrases?.calibration).toBeNull();
    expect(await renderReport(report, [old])).toContain("judged by an older version");
    const markdown = renderMarkdown(report, [little]);
    expect(markdown).toContain("| all | 83.0%");
    expect(markdown).toContain("This judge knows little of obedience");
    expect(renderMarkdown(report)).not.toContain("obedience");
  });

  test("the paper's figures beside the run's, with what differs", () => {
    const said = textOf("#paper");
    expect(said).toContain("44.5–80.3% over 15 cells");
    expect(said).toContain("A always first, no tie allowed");
    expect(said).toContain("74.7%");
  });

  test("a run that is not finished says so", async () => {
    const report = sampleReport();
    expect(await renderReport({ ...report, run: { ...report.run, state: "interrupted" } })).toContain("This run is not finished");
  });
});

describe("texts of rows", () => {
  const attack = `<script>alert(1)</script><img src=x onerror="alert(2)">' " &amp;`;

  test("are text wherever they stand", async () => {
    const report = withExample(sampleReport(), {
      id: attack,
      source: attack,
      because: attack,
      detail: attack,
      reason: attack,
      phase: attack,
      phrases: [{ tag: attack, text: attack, verdict: attack, repairs: [attack] }],
      removed: [{ tag: attack, text: attack, reason: attack, verdict: attack }],
      turns: [{ instruction: attack, original: attack, response: `${attack} and more` }],
      gates: [{ gate: attack, turn: 0, detail: attack, action: attack }],
    });
    const [source, ...sources] = report.bySource;
    const { overall } = report;
    const page = await renderReport(
      {
        ...report,
        run: { ...report.run, name: attack, input: attack, model: attack, judgeModel: `${attack}2`, settings: { [attack]: attack } },
        sourceFrom: attack,
        bySource: source === undefined ? [] : [{ ...source, source: attack }, ...sources],
        notes: [attack],
        overall: {
          ...overall,
          rows: { ...overall.rows, reasons: [{ outcome: "dropped", phase: "read", reason: attack, rows: 1 }] },
          messages: { ...overall.messages, faults: { [attack]: 1 }, repairs: { [attack]: 1 } },
        },
      },
      [sampleJudge({ models: [attack] })],
    );
    const seen = parseHTML(page).document;
    expect(seen.querySelectorAll("script, img, [onerror]")).toHaveLength(0);
    expect(seen.querySelector("h1")?.textContent).toBe(attack);
    expect(page).not.toContain("<script");
    expect(page).not.toContain("<img");
  });

  test("keep their line breaks and spaces", async () => {
    const turns = [{ instruction: "  two\n\n  lines", original: "a\n  b", response: "a\n  b" }];
    const page = await renderReport(withExample(sampleReport(), { turns }));
    expect(page).toContain(`<pre class="prose" dir="auto">  two\n\n  lines</pre>`);
  });

  test("of any length and script are shown, the longest cut", async () => {
    const turns = [
      { instruction: "请写一首诗。", original: "很".repeat(4_000), response: "好".repeat(4_000) },
      { instruction: "ما هي عاصمة مصر؟", original: "القاهرة", response: "القاهرة هي العاصمة" },
    ];
    const page = await renderReport(withExample(sampleReport(), { turns }));
    expect(page).toContain("1,000 more characters");
    expect(page).toContain("little in common");
    expect(page).toContain("العاصمة");
  });
});

describe("small runs", () => {
  test.each([
    ["no row kept", { rowsIn: 3, done: 0 }],
    ["one row", { rowsIn: 1, done: 1 }],
    ["no row at all", { rowsIn: 0, done: 0 }],
  ])("%s", async (_, size) => {
    const page = await renderReport(sampleReport(size));
    for (const id of sections) expect(page).toContain(`<section id="${id}"`);
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  test("a judge without a verdict", async () => {
    const page = await renderReport(sampleReport({ rowsIn: 1, done: 1 }), [sampleJudge({ rows: 0 })]);
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
    expect(page).toContain("There is no rate to show.");
  });
});
