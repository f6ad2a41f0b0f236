import { counted, decimal, noNumber, signed, thousands } from "../../texts/number-text.ts";
import type { Difference } from "./compare.ts";
import type { DifferenceCell, ReportCell, ReportRow, ReportTable, ResultCell, ResultState, Unit } from "./experiment-report.ts";

/** States in words. Each looks different from a number and from each other. */
export const stateWords: Readonly<Record<ResultState, string>> = {
  done: "done",
  partial: "partial",
  failed: "failed",
  stopped: "stopped",
  missing: "not yet",
};

/** The unit of a row's cell. */
export function unitAt({ columns }: Pick<ReportTable, "columns">, { unit }: Pick<ReportRow, "unit">, place: number): Unit {
  return unit ?? columns[place]?.unit ?? "share";
}

export function valueText(value: number | null, unit: Unit): string {
  return unit === "share" ? decimal(value === null ? null : 100 * value, 1) : decimal(value);
}

function signedText(value: number, unit: Unit): string {
  return unit === "share" ? signed(100 * value) : signed(value, 2);
}

/** `[42.1, 51.2]`. Empty without an interval. */
export function intervalText({ low, high }: { readonly low: number | null; readonly high: number | null }, unit: Unit): string {
  return low === null || high === null ? "" : `[${valueText(low, unit)}, ${valueText(high, unit)}]`;
}

/** `+3.1 [0.5, 5.8]`. */
export function differenceText(difference: Difference, unit: Unit): string {
  return `${signedText(difference.value, unit)} ${intervalText(difference, unit)}`.trimEnd();
}

/** How far a cell is, beside its number. Empty for one that is done. */
export function remarkOf(cell: ResultCell | DifferenceCell): string {
  const { state } = cell;
  if (state === "partial" && cell.kind === "result" && cell.value !== null)
    return `partial: ${thousands(cell.scored)} of ${thousands(cell.of)}`;
  return state === "done" ? "" : stateWords[state];
}

/** `3 items`. Empty where a remark says it, and where there is no value. */
export function itemsText({ value, state, items, scored }: ResultCell): string {
  return value === null || (state === "partial" && items === scored) ? "" : counted(items, "item");
}

/** `not the set of 921`, where the data is not what others report of. Empty otherwise. */
export function otherDataText({ value, publishedItems }: ResultCell): string {
  return value === null || publishedItems === null ? "" : `not the set of ${thousands(publishedItems)}`;
}

/** `47 cut`, `7 not read`. Empty for none of both. */
export function lossesText({ cut, unparsed, seeds }: ResultCell): string {
  const inSeeds = seeds.length > 1 ? ` in ${counted(seeds.length, "seed")}` : "";
  const losses = [
    ...(cut === null || cut === 0 ? [] : [`${thousands(cut)} cut`]),
    ...(unparsed === 0 ? [] : [`${thousands(unparsed)} not read`]),
  ];
  return losses.length === 0 ? "" : `${losses.join(", ")}${inSeeds}`;
}

/** `seeds 46.1, 47.3`, with a word for a seed that has no value. Empty for one seed. */
export function seedsText({ seeds }: ResultCell, unit: Unit): string {
  if (seeds.length < 2) return "";
  return `seeds ${seeds.map(({ value, state }) => (value === null ? stateWords[state] : valueText(value, unit))).join(", ")}`;
}

/** Whether the interval of a difference leaves 0 out. */
export function isApart({ low, high }: Difference): boolean {
  return low !== null && high !== null && (low > 0 || high < 0);
}

/** How a cell is written. What is strong is a difference whose interval leaves 0 out. */
export interface Writing {
  readonly plain: (text: string) => string;
  readonly strong: (text: string) => string;
}

export const asItIs: Writing = { plain: (text) => text, strong: (text) => text };

/** A cell as one text, such as `46.7 [42.1, 51.2], 60 items, Δ +3.1 [0.5, 5.8]`. */
export function cellText(cell: ReportCell, unit: Unit, { plain, strong }: Writing = asItIs): string {
  if (cell === null) return "";
  if (cell.kind === "paper")
    return plain(cell.value === null ? "" : cell.isGain === true ? signedText(cell.value, unit) : valueText(cell.value, unit));
  const [before, difference, after] = cell.kind === "difference" ? differenceParts(cell, unit) : resultParts(cell, unit);
  const compared = cell.kind === "difference" ? cell.difference : cell.delta;
  const parts = [
    ...before.map(plain),
    compared !== null && isApart(compared) ? strong(difference) : plain(difference),
    ...after.map(plain),
  ];
  return parts.filter((part) => part !== "").join(", ") || plain(noNumber);
}

/** What stands before a difference, the difference, and what stands after it. */
type Parts = readonly [before: readonly string[], difference: string, after: readonly string[]];

function differenceParts(cell: DifferenceCell, unit: Unit): Parts {
  const { difference } = cell;
  if (difference === null) return [[], "", [remarkOf(cell)]];
  return [[], differenceText(difference, unit), [counted(difference.items, "item"), remarkOf(cell)]];
}

function resultParts(cell: ResultCell, unit: Unit): Parts {
  const { value, delta } = cell;
  const number = value === null ? "" : `${valueText(value, unit)} ${intervalText(cell, unit)}`.trim();
  return [
    [number, itemsText(cell)],
    delta === null ? "" : `Δ ${differenceText(delta, unit)}`,
    [remarkOf(cell), otherDataText(cell), lossesText(cell), seedsText(cell, unit)],
  ];
}

/**
 * A cell for a narrow table, such as `46.7 (+3.1*)`. The star says that the interval leaves 0 out.
 */
export function shortCellText(cell: ReportCell, unit: Unit): string {
  if (cell === null || cell.kind === "paper") return cellText(cell, unit);
  const star = (difference: Difference): string => `${signedText(difference.value, unit)}${isApart(difference) ? "*" : ""}`;
  const { state } = cell;
  const value = cell.kind === "difference" ? cell.difference : cell.value;
  if (value === null) return state === "done" ? noNumber : stateWords[state];
  const number = typeof value === "number" ? valueText(value, unit) : star(value);
  const isWhole = state === "done" && (cell.kind === "difference" || cell.publishedItems === null);
  const delta = cell.kind === "result" && cell.delta !== null ? ` (${star(cell.delta)})` : "";
  return `${number}${isWhole ? "" : "~"}${delta}`;
}
