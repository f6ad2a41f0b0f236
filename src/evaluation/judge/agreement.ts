import { bootstrap, type BootstrapOptions } from "../../statistics/bootstrap.ts";
import { cohensKappa, rawAgreement, type LabelledTwice } from "../../statistics/kappa.ts";
import type { Agreement, JudgeResult } from "./result.ts";
import { pairOf, phrasesOf, type RowVerdicts } from "./row-verdicts.ts";

/**
 * How far the first two judges agree, over the items on which both gave a verdict. Null with one
 * judge.
 */
export function agreementOf(rows: readonly RowVerdicts[], options: Omit<BootstrapOptions, "rows">): JudgeResult["agreement"] {
  if (!rows.some(({ judges }) => judges.length > 1)) return null;
  const pairs: LabelledTwice[] = [];
  const phrases: LabelledTwice[] = [];
  let arePhrasesAsked = false;
  rows.forEach(({ judges: [first, second] }, row) => {
    const pair = [pairOf(first), pairOf(second)] as const;
    // Responses of the same text were shown to no judge.
    if (pair[0] && pair[1] && pair[0].agreement !== "identical") addItem(pairs, row, pair[0].verdict, pair[1].verdict);
    const [ofFirst, ofSecond] = [phrasesOf(first), phrasesOf(second)];
    if (ofFirst) arePhrasesAsked = true;
    ofFirst?.forEach(({ verdict }, index) => addItem(phrases, row, verdict, ofSecond?.[index]?.verdict));
  });
  const over = (items: readonly LabelledTwice[]): Agreement => {
    // Rows without an item are left out, since they would only blur the interval.
    const holding = [...new Set(items.map(({ row }) => row))];
    const places = new Map(holding.map((row, place) => [row, place]));
    const placed = items.map((item) => ({ ...item, row: places.get(item.row) ?? 0 }));
    const [agreement = null, kappa = null] = bootstrap({ ...options, rows: holding.length }, [rawAgreement(placed), cohensKappa(placed)]);
    return { items: items.length, agreement, kappa };
  };
  return { pair: over(pairs), phrases: arePhrasesAsked ? over(phrases) : null };
}

function addItem(items: LabelledTwice[], row: number, first: string, second: string | undefined): void {
  if (second !== undefined && first !== "unparsed" && second !== "unparsed") items.push({ row, first, second });
}
