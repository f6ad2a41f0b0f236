import { UsageError } from "../../errors.ts";
import type { ChatMessage } from "../../models/model.ts";
import { Step, type StepContext } from "../../phases/step.ts";
import type { Purpose } from "../../records/purpose.ts";
import type { Asker, Benchmark, Scored, Walk } from "../benchmarks/benchmark.ts";
import { figuresOf } from "../benchmarks/figures.ts";
import { readData } from "../benchmarks/read-data.ts";
import { judgedFigures, scoresOf, type JudgedTurnRun, type SessionDetail } from "./judged.ts";
import { sessionSchema, type Criterion, type Session } from "./sessions.ts";
import { readVerdicts, verdictConstraint, verdictMessages, verdictOutputTokens } from "./verdict-question.ts";

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
      if (!isOwn) read.rows.forEach(checkTruths);
      return {
        data: read.data,
        walks: read.rows.map((session): Walk => ({ id: session.id, take: (ask) => takeSession(session, isOwn, ask, judgeTurn) })),
        figures: (scored, bootstrap) => figuresOf([...judgedFigures(scored)], bootstrap),
      };
    },
  };
}

/** @throws UsageError, because no place on the hub has the data. */
function missingData(): never {
  throw new UsageError(
    "SysBench's data is not on the hub and has no licence, so it is not fetched. Give --data sysbench=<file> the file datas/system_benchmark_eval_datas.json of github.com/PKU-Baichuan-MLSystemLab/SysBench.",
  );
}

async function takeSession(session: Session, isOwn: boolean, ask: Asker, judgeTurn: Purpose): Promise<Scored> {
  const turns: SessionDetail["turns"] = [];
  const history: ChatMessage[] = [];
  const context = ask.judging(judgeTurn);
  for (const turn of session.turns) {
    history.push({ role: "user", content: turn.prompt });
    const { text: response } = await ask.answer([{ role: "system", content: session.system }, ...history]);
    const messages = verdictMessages(session, history, response, turn.criteria);
    const runs = Array.from({ length: ask.judgeRuns }, (_, run) =>
      askVerdicts(messages, turn.criteria, { run, runs: ask.judgeRuns, context }),
    );
    turns.push({ response, isAligned: turn.isAligned, judged: await Promise.all(runs) });
    history.push({ role: "assistant", content: isOwn ? response : (turn.truth ?? "") });
  }
  const detail: SessionDetail = { isDependent: session.isDependent, turns };
  return { id: session.id, group: session.isDependent ? "dependent" : "parallel", scores: scoresOf(detail), detail };
}

async function askVerdicts(
  messages: readonly ChatMessage[],
  criteria: readonly Criterion[],
  { run, runs, context }: { readonly run: number; readonly runs: number; readonly context: StepContext },
): Promise<JudgedTurnRun> {
  const step = new Step(context, run);
  // Several runs of a judge at temperature 0 would be the same run.
  let temperature = runs > 1 ? 1 : 0;
  for (;;) {
    const reply = await step.ask(
      messages,
      { temperature, maxOutputTokens: verdictOutputTokens },
      { constraint: verdictConstraint(criteria) },
    );
    const read = readVerdicts(reply.text, criteria);
    if (read !== undefined) return read;
    if (!step.mayAskAgain()) return { reason: reply.text, verdicts: null };
    temperature = Math.max(temperature, 0.3);
  }
}

/**
 * Looks for the responses that stand for earlier turns, before anything is asked.
 * @throws UsageError when the data has none for a turn.
 */
function checkTruths({ id, turns }: Session): void {
  const missing = turns.slice(0, -1).find(({ truth }) => truth === undefined);
  if (missing !== undefined)
    throw new UsageError(`Session ${id} has no response to "${missing.prompt.slice(0, 60)}", which ground-truth history needs.`);
}
