import { z } from "zod";
import { UsageError } from "../../errors.ts";
import type { ChatMessage } from "../../models/model.ts";
import { Step, type StepContext } from "../../phases/step.ts";
import type { Purpose } from "../../records/purpose.ts";
import type { Asker, Benchmark, Scored, Walk } from "../benchmarks/benchmark.ts";
import { figuresOf, type FigureParts } from "../benchmarks/figures.ts";
import { readData } from "../benchmarks/read-data.ts";
import { sessionFigures, sessionScores, type JudgedSession } from "./metrics.ts";
import { constraintTypes, sessionSchema, type Criterion, type Session, type Turn } from "./sessions.ts";
import { readVerdicts, verdictConstraint, verdictMessages, verdictOutputTokens } from "./verdict-question.ts";

const detailSchema = z.object({
  isDependent: z.boolean(),
  turns: z.array(
    z.object({
      response: z.string(),
      isAligned: z.boolean(),
      verdicts: z.array(z.object({ type: z.string(), satisfied: z.enum(["yes", "no", "other"]) })).nullable(),
      reason: z.string(),
    }),
  ),
});
type Detail = z.infer<typeof detailSchema>;

/**
 * SysBench (arXiv 2408.10943). Sessions of five turns under one system message. The model sees its
 * own earlier responses. The judge checks each turn by its criteria.
 */
export const sysbench: Benchmark = sysbenchOver("own");

/** The same with the data's responses as the earlier turns, as `eval_system_bench_with_gt.py`. */
export const sysbenchWithTruth: Benchmark = sysbenchOver("ground-truth");

function sysbenchOver(history: "own" | "ground-truth"): Benchmark {
  const isOwn = history === "own";
  const name = isOwn ? "sysbench" : "sysbench-gt";
  const judgeTurn: Purpose = { name: `${name}-turn`, rank: 1, tokenSetting: "--judge-max-output-tokens" };
  return {
    name,
    title: isOwn ? "SysBench" : "SysBench, ground-truth history",
    source: "arXiv 2408.10943",
    checkedBy: "judge",
    mainFigure: "ssr",
    maxOutputTokens: 1_024,
    purposes: [judgeTurn],
    prompts: () => verdictMessages({ system: "S" }, [{ role: "user", content: "Q" }], "A", [{ key: "1", text: "C", type: "" }]),
    async load({ data, ...options }) {
      const from = data ?? missingData();
      const read = await readData(from, sessionSchema, options);
      return {
        data: read.data,
        walks: read.rows.map((session): Walk => ({ id: session.id, take: (ask) => takeSession(session, isOwn, ask, judgeTurn) })),
        figures: (scored, bootstrap) => {
          const sessions = scored.map(({ detail }): JudgedSession => detailSchema.parse(detail));
          const unparsed = sessions.flatMap(({ turns }) => turns).filter(({ verdicts }) => verdicts === null).length;
          const parts = sessionFigures(sessions, constraintTypes).map((figure) => ({ ...figure, unit: "share" as const, unparsed }));
          const bounds = unparsed === 0 ? [] : [boundOf(sessions, "no"), boundOf(sessions, "yes")];
          return figuresOf([...parts, ...bounds], bootstrap);
        },
      };
    },
  };
}

/** The session stability rate, if each turn that could not be read were satisfied, or none. */
function boundOf(sessions: readonly JudgedSession[], satisfied: "yes" | "no"): FigureParts {
  const read = sessions.map(({ turns, ...session }) => ({
    ...session,
    turns: turns.map((turn) => ({ ...turn, verdicts: turn.verdicts ?? [{ type: "", satisfied }] })),
  }));
  const { above = [], below = [] } = sessionFigures(read, {}).find(({ name }) => name === "ssr") ?? {};
  const [name, words] = satisfied === "no" ? ["ssr-at-worst", "none"] : ["ssr-at-best", "each"];
  return { name, title: `session stability rate, if ${words} that was not read is satisfied`, unit: "share", above, below };
}

/** @throws UsageError, because no place on the hub has the data. */
function missingData(): never {
  throw new UsageError(
    "SysBench's data is not on the hub and has no licence, so it is not fetched. Give --data sysbench=<file> the file datas/system_benchmark_eval_datas.json of github.com/PKU-Baichuan-MLSystemLab/SysBench.",
  );
}

async function takeSession(session: Session, isOwn: boolean, ask: Asker, judgeTurn: Purpose): Promise<Scored> {
  const turns: Detail["turns"] = [];
  const history: ChatMessage[] = [];
  for (const turn of session.turns) {
    history.push({ role: "user", content: turn.prompt });
    const { text: response } = await ask.answer([{ role: "system", content: session.system }, ...history]);
    const verdicts = await askVerdicts(session, history, response, turn.criteria, ask.judging(judgeTurn));
    turns.push({ response, isAligned: turn.isAligned, ...verdicts });
    history.push({ role: "assistant", content: isOwn ? response : truthOf(session, turn) });
  }
  const detail: Detail = { isDependent: session.isDependent, turns };
  return { id: session.id, group: session.isDependent ? "dependent" : "parallel", scores: sessionScores(detail), detail };
}

async function askVerdicts(
  session: Session,
  history: readonly ChatMessage[],
  response: string,
  criteria: readonly Criterion[],
  context: StepContext,
): Promise<Pick<Detail["turns"][number], "verdicts" | "reason">> {
  const step = new Step(context);
  const messages = verdictMessages(session, history, response, criteria);
  let temperature = 0;
  for (;;) {
    const reply = await step.ask(
      messages,
      { temperature, maxOutputTokens: verdictOutputTokens },
      { constraint: verdictConstraint(criteria) },
    );
    const read = readVerdicts(reply.text, criteria);
    if (read !== undefined)
      return { reason: read.reason, verdicts: criteria.map(({ type }, index) => ({ type, satisfied: read.satisfied[index] ?? "other" })) };
    if (!step.mayAskAgain()) return { reason: reply.text, verdicts: null };
    temperature = 0.3;
  }
}

/** @throws UsageError when the data has no response for the turn. */
function truthOf({ id }: Session, { truth, prompt }: Turn): string {
  if (truth !== undefined) return truth;
  throw new UsageError(`Session ${id} has no response to "${prompt.slice(0, 60)}", which ground-truth history needs.`);
}
