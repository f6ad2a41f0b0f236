import { counted, decimal, noNumber, signed, thousands } from "../../texts/number-text.ts";
import type { Difference } from "./compare.ts";
import type { ReportCell, ReportRow, ReportTable, ResultCell, ResultState, Unit } from "./experiment-report.ts";

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

/** What is to be said of a result beside its number. Empty for one that is whole. */
export function remarkOf({ state, value, items, of }: ResultCell): string {
  if (state === "partial" && value !== null) return `partial: ${thousands(items)} of ${thousands(of)}`;
  return state === "done" ? "" : stateWords[state];
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

/** A cell as one text, such as `46.7 [42.1, 51.2], +3.1 [0.5, 5.8]`. */
export function cellText(cell: ReportCell, unit: Unit): string {
  if (cell === null) return "";
  if (cell.kind === "paper")
    return cell.value === null ? "" : cell.isGain === true ? signedText(cell.value, unit) : valueText(cell.value, unit);
  if (cell.kind === "difference")
    return cell.difference === null ? noNumber : `${differenceText(cell.difference, unit)}, ${counted(cell.difference.items, "item")}`;
  const { value, delta } = cell;
  const number = value === null ? "" : `${valueText(value, unit)} ${intervalText(cell, unit)}`.trim();
  const parts = [number, delta === null ? "" : `Δ ${differenceText(delta, unit)}`, remarkOf(cell), seedsText(cell, unit)];
  return parts.filter((part) => part !== "").join(", ") || noNumber;
}

/**
 * A cell for a narrow table, such as `46.7 (+3.1*)`. The star says that the interval leaves 0 out.
 */
export function shortCellText(cell: ReportCell, unit: Unit): string {
  if (cell === null || cell.kind === "paper") return cellText(cell, unit);
  const star = (difference: Difference): string => `${signedText(difference.value, unit)}${isApart(difference) ? "*" : ""}`;
  if (cell.kind === "difference") return cell.difference === null ? noNumber : star(cell.difference);
  const { value, delta, state } = cell;
  if (value === null) return state === "done" ? noNumber : stateWords[state];
  return `${valueText(value, unit)}${state === "done" ? "" : "~"}${delta === null ? "" : ` (${star(delta)})`}`;
}
