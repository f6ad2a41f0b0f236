import { z } from "zod";
import { mean } from "../../statistics/sampling.ts";
import type { Scored } from "../benchmarks/benchmark.ts";
import type { FigureParts } from "../benchmarks/figures.ts";
import { sessionFigures, sessionScores, type JudgedSession, type SessionFigure } from "./metrics.ts";
import { constraintTypes } from "./sessions.ts";

const judgedSchema = z.object({
  /** Null where no verdict could be read. */
  verdicts: z.array(z.object({ type: z.string(), satisfied: z.enum(["yes", "no", "other"]) })).nullable(),
  reason: z.string(),
});

/** What an item keeps of a session. */
const detailSchema = z.object({
  isDependent: z.boolean(),
  turns: z.array(
    z.object({
      response: z.string(),
      isAligned: z.boolean(),
      /** Of each run of the judge. */
      judged: z.array(judgedSchema).min(1),
    }),
  ),
});
export type SessionDetail = z.infer<typeof detailSchema>;
export type JudgedTurnRun = z.infer<typeof judgedSchema>;

/** A session by one run of the judge. */
function inRun({ isDependent, turns }: SessionDetail, run: number): JudgedSession {
  return { isDependent, turns: turns.map(({ isAligned, judged }) => ({ isAligned, verdicts: judged[run]?.verdicts ?? null })) };
}

/** A session's values, each the mean of the judge's runs in which it could be read. */
export function scoresOf(detail: SessionDetail): Scored["scores"] {
  const runs = Array.from({ length: runsOf([detail]) }, (_, run) => sessionScores(inRun(detail, run)));
  const meanOfRead = (name: string): number | null => {
    const read = runs.flatMap((scores) => scores[name] ?? []);
    return read.length === 0 ? null : mean(read);
  };
  return Object.fromEntries(Object.keys(runs[0] ?? {}).map((name) => [name, meanOfRead(name)]));
}

/** All figures over the means of the judge's runs. The main figure has one more for each run. */
export function* judgedFigures(scored: readonly Scored[]): Generator<FigureParts> {
  const details = scored.map(({ detail }) => detailSchema.parse(detail));
  const runs = Array.from({ length: runsOf(details) }, (_, run) => details.map((detail) => inRun(detail, run)));
  const turns = runs.flat().flatMap((session) => session.turns);
  const unparsed = turns.filter(({ verdicts }) => verdicts === null).length;
  const byRun = runs.map((sessions) => sessionFigures(sessions, constraintTypes));
  const overRuns = (figures: readonly (readonly SessionFigure[])[]): FigureParts[] =>
    (figures[0] ?? []).map(({ name, title }, index) => ({
      name,
      title,
      unit: "share",
      unparsed,
      above: details.map((_, session) => mean(figures.map((run) => run[index]?.above[session] ?? 0))),
      below: details.map((_, session) => mean(figures.map((run) => run[index]?.below[session] ?? 0))),
    }));
  yield* overRuns(byRun);
  const bound = (satisfied: "yes" | "no") =>
    overRuns(
      runs.map((sessions) =>
        sessionFigures(
          sessions.map((session) => filledIn(session, satisfied)),
          {},
        ),
      ),
    ).filter(isMain);
  if (unparsed > 0) {
    for (const part of bound("no"))
      yield { ...part, name: "ssr-at-worst", title: `${part.title}, if no turn that was not read is satisfied` };
    for (const part of bound("yes")) yield { ...part, name: "ssr-at-best", title: `${part.title}, if all turns that were not read are` };
  }
  if (runs.length < 2) return;
  for (const [run, figures] of byRun.entries())
    for (const part of overRuns([figures]).filter(isMain))
      yield { ...part, name: `run:${run + 1}`, title: `${part.title}, judge run ${run + 1}` };
}

const isMain = ({ name }: { readonly name: string }): boolean => name === "ssr";

function runsOf(details: readonly SessionDetail[]): number {
  return Math.max(1, ...details.flatMap(({ turns }) => turns.map(({ judged }) => judged.length)));
}

/** The session with one verdict on each turn that could not be read. */
function filledIn({ isDependent, turns }: JudgedSession, satisfied: "yes" | "no"): JudgedSession {
  return { isDependent, turns: turns.map((turn) => ({ ...turn, verdicts: turn.verdicts ?? [{ type: "", satisfied }] })) };
}
