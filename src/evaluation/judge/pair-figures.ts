import { bootstrap, ratio, type BootstrapOptions } from "../../statistics/bootstrap.ts";
import { quantile } from "../../statistics/quantile.ts";
import { lengthControlled } from "./length-control.ts";
import type { PairFigures } from "./result.ts";
import type { JudgedPair, RowVerdicts } from "./row-verdicts.ts";

/** A row whose pair was judged. */
export interface JudgedPairRow {
  readonly pair: JudgedPair;
  readonly lengths: RowVerdicts["lengths"];
}

const scores = { new: 1, tie: 0.5, original: 0, unparsed: undefined } as const;

/** Figures of a judge's verdicts on pairs. */
export function pairFigures(judged: readonly JudgedPairRow[], options: Omit<BootstrapOptions, "rows">): PairFigures {
  const rows = judged.filter(({ pair }) => pair.agreement !== "identical");
  const count = (matches: (pair: JudgedPair) => boolean): number => rows.filter(({ pair }) => matches(pair)).length;
  const scored = rows.map(({ pair }) => scores[pair.verdict]);
  const hasScore = scored.map((score) => (score === undefined ? 0 : 1));
  const slots = rows.map(({ pair }) => slotsOf(pair));
  const first = slots.map((row) => row.first);
  const decided = slots.map((row) => row.first + row.second);
  const preferences = rows.flatMap(({ lengths }, row) => {
    const score = scored[row];
    return score === undefined ? [] : [{ row, score, longer: lengths.new - lengths.original }];
  });
  const [winRate = null, firstSlotRate = null, lengthControlledWinRate = null] = bootstrap({ ...options, rows: rows.length }, [
    ratio(
      scored.map((score) => score ?? 0),
      hasScore,
    ),
    ratio(first, decided),
    lengthControlled(preferences),
  ]);
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  return {
    rows: total(hasScore),
    wins: count(({ verdict }) => verdict === "new"),
    ties: count(({ verdict }) => verdict === "tie"),
    losses: count(({ verdict }) => verdict === "original"),
    inconsistent: count(({ agreement }) => agreement === "reversed" || agreement === "tie-and-win"),
    reversed: count(({ agreement }) => agreement === "reversed"),
    identical: judged.length - rows.length,
    unparsed: count(({ verdict }) => verdict === "unparsed"),
    winRate,
    slots: { first: total(first), second: total(decided) - total(first), tie: total(slots.map((row) => row.tie)) },
    firstSlotRate,
    lengthRatio: lengthRatio(rows),
    lengthControlledWinRate,
  };
}

/** Counts in which place the winners of a pair's single replies were shown. */
function slotsOf({ orders }: JudgedPair): { first: number; second: number; tie: number } {
  const found = { first: 0, second: 0, tie: 0 };
  for (const { first, verdict } of orders) {
    if (verdict === "tie") found.tie++;
    else if (verdict !== "unparsed") found[verdict === first ? "first" : "second"]++;
  }
  return found;
}

function lengthRatio(rows: readonly JudgedPairRow[]): PairFigures["lengthRatio"] {
  const originals = rows.reduce((sum, { lengths }) => sum + lengths.original, 0);
  const news = rows.reduce((sum, { lengths }) => sum + lengths.new, 0);
  const ratios = rows.flatMap(({ lengths }) => (lengths.original === 0 ? [] : [lengths.new / lengths.original]));
  return { overall: originals === 0 ? null : news / originals, median: quantile(Float64Array.from(ratios).toSorted(), 0.5) ?? null };
}
