import { z } from "zod";
import { Step, type StepContext } from "../../phases/step.ts";
import type { Purpose } from "../../records/purpose.ts";
import { mean } from "../../statistics/sampling.ts";
import type { Asker, Benchmark, Scored, Walk } from "../benchmarks/benchmark.ts";
import { figuresOf, meanOf } from "../benchmarks/figures.ts";
import { readData } from "../benchmarks/read-data.ts";
import { readMark, readMarkAsJanus } from "./mark.ts";
import { dimensions, multifacetRowSchema, type MultifacetRow, type Rubric } from "./rows.ts";
import { markOutputTokens, rubricMessages } from "./rubric-question.ts";
import { sourceGroupOf, sourceGroups } from "./source-groups.ts";

const judgeRubric: Purpose = { name: "multifacet-rubric", rank: 1, tokenSetting: "--judge-max-output-tokens" };

const detailSchema = z.object({
  response: z.string(),
  marks: z.array(
    z.object({ dimension: z.string(), run: z.number(), mark: z.number().nullable(), janus: z.number().nullable(), feedback: z.string() }),
  ),
});
type Detail = z.infer<typeof detailSchema>;
type RubricMark = Detail["marks"][number];

/**
 * Multifaceted Bench (arXiv 2405.17977). A response to a system message of several preferences gets
 * a mark from 1 to 5 by each of four rubrics. A row counts for the mean of its marks.
 */
export const multifacet: Benchmark = {
  name: "multifacet",
  title: "Multifacet",
  source: "arXiv 2405.17977",
  checkedBy: "judge",
  mainFigure: "mark",
  maxOutputTokens: 1_024,
  purposes: [judgeRubric],
  prompts: () => rubricMessages(fixedRow, fixedRubric, "A", true),
  async load({ data = "hf:kaist-ai/Multifaceted-Bench", hideSystem, ...options }) {
    const read = await readData(data, multifacetRowSchema, options);
    return {
      data: read.data,
      walks: read.rows.map((row, index): Walk => {
        const id = row.id ?? String(index);
        return { id, take: (ask) => takeRow(id, row, { ask, showSystem: !hideSystem }) };
      }),
      figures: (scored, { draws, seed }) => figuresOf([...markFigures(scored)], { draws, seed }),
    };
  },
};

interface TakeOptions {
  readonly ask: Asker;
  /** Whether the judge sees the system message. */
  readonly showSystem: boolean;
}

async function takeRow(id: string, row: MultifacetRow, options: TakeOptions): Promise<Scored> {
  const { ask } = options;
  const { text: response } = await ask.answer([
    { role: "system", content: row.system },
    { role: "user", content: row.prompt },
  ]);
  const context = ask.judging(judgeRubric);
  const marks = await Promise.all(
    row.rubrics.flatMap((rubric) =>
      Array.from({ length: ask.judgeRuns }, (_, run) => askMark(row, rubric, response, { ...options, run, context })),
    ),
  );
  const detail: Detail = { response, marks };
  return { id, group: sourceGroupOf(row.source), scores: { mark: meanMark(marks, ({ mark }) => mark) }, detail };
}

async function askMark(
  row: MultifacetRow,
  rubric: Rubric,
  response: string,
  { ask, showSystem, run, context }: TakeOptions & { readonly run: number; readonly context: StepContext },
): Promise<RubricMark> {
  const step = new Step(context, run);
  // Several runs of a judge at temperature 0 would be the same run.
  let temperature = ask.judgeRuns > 1 ? 1 : 0;
  for (;;) {
    const { text } = await step.ask(rubricMessages(row, rubric, response, showSystem), { temperature, maxOutputTokens: markOutputTokens });
    const mark = readMark(text);
    if (mark !== undefined || !step.mayAskAgain())
      return { dimension: rubric.dimension, run, mark: mark ?? null, janus: readMarkAsJanus(text) ?? null, feedback: text };
    temperature = Math.max(temperature, 0.3);
  }
}

/** The mean of the marks that could be read. Null if there is none. */
function meanMark(marks: readonly RubricMark[], of: (mark: RubricMark) => number | null): number | null {
  const read = marks.map(of).filter((mark) => mark !== null);
  return read.length === 0 ? null : mean(read);
}

function* markFigures(scored: readonly Scored[]) {
  const details = scored.map(({ detail }) => detailSchema.parse(detail));
  const groups = scored.map(({ group }) => group ?? "unmapped");
  const figure = (name: string, title: string, marksOf: (detail: Detail, index: number) => readonly RubricMark[], of = ownMark) => {
    const values = details.map((detail, index) => {
      const marks = marksOf(detail, index);
      return marks.length === 0 ? undefined : meanMark(marks, of);
    });
    const unparsed = details.reduce((count, detail, index) => count + marksOf(detail, index).filter((mark) => of(mark) === null).length, 0);
    return { ...meanOf({ name, title, unit: "mark" }, values), unparsed };
  };
  yield figure("mark", "mean mark", ({ marks }) => marks);
  for (const group of [...sourceGroups, "unmapped"])
    if (groups.includes(group)) yield figure(`source:${group}`, group, ({ marks }, index) => (groups[index] === group ? marks : []));
  for (const dimension of dimensions)
    yield figure(`dimension:${dimension}`, dimension.replaceAll("_", " "), ({ marks }) =>
      marks.filter((mark) => mark.dimension === dimension),
    );
  yield figure(
    "mark-janus",
    "mean mark, read as the reference reads it",
    ({ marks }) => marks,
    ({ janus }) => janus,
  );
  yield figure(
    "mark-at-worst",
    "mean mark, with 1 for each that could not be read",
    ({ marks }) => marks,
    ({ mark }) => mark ?? 1,
  );
  if (details.some(({ marks }) => marks.some(({ mark }) => mark === null)))
    yield figure(
      "mark-at-best",
      "mean mark, with 5 for each that could not be read",
      ({ marks }) => marks,
      ({ mark }) => mark ?? 5,
    );
  const runs = Math.max(0, ...details.flatMap(({ marks }) => marks.map(({ run }) => run + 1)));
  if (runs < 2) return;
  for (let run = 0; run < runs; run++)
    yield figure(`run:${run + 1}`, `mean mark of judge run ${run + 1}`, ({ marks }) => marks.filter((mark) => mark.run === run));
}

const ownMark = ({ mark }: RubricMark): number | null => mark;

const fixedRubric: Rubric = { criteria: "C", score_descriptions: { "1": "D" }, dimension: "style" };
const fixedRow: MultifacetRow = { id: "", source: "", system: "S", prompt: "Q", referenceAnswer: "R", rubrics: [fixedRubric] };
