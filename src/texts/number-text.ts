import type { Measure } from "../statistics/sampling.ts";

/** What stands where there is no number, on pages. */
export const noNumber = "–";

/** `1,234,567`. A number below 10 that is not whole has one decimal, such as `3.4`. */
export function thousands(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0 });
}

/** `1 row`, `2 rows`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${thousands(value)} ${value === 1 ? one : many}`;
}

/** `1,234`, `45.6k`, `7.89M`. For headlines, where the exact number is in a table. */
export function compact(value: number): string {
  if (value < 10_000) return thousands(value);
  return value
    .toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 3 })
    .toLowerCase()
    .replace("m", "M")
    .replace("b", "B");
}

/** A number with a fixed count of decimals and a true minus sign. */
export function decimal(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noNumber;
  return fixed(value, digits).replace("-", "−");
}

/** `+1.2`, `−0.4`. The sign is always there. */
export function signed(value: number, digits = 1): string {
  const written = decimal(value, digits);
  return value < 0 ? written : `+${written}`;
}

/** Three decimals below 10, one below 100, none above, as in tables of plain text. `-` for none. */
export function plainDecimal(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  const size = Math.abs(value);
  return size < 10 ? value.toFixed(3) : size < 100 ? value.toFixed(1) : thousands(value);
}

/** `[0.231, 0.240]`. Empty where there is no interval. */
export function plainInterval(bounds: readonly [number, number] | null | undefined): string {
  return bounds ? `[${plainDecimal(bounds[0])}, ${plainDecimal(bounds[1])}]` : "";
}

/** `part` of `whole`, such as `72.7%`, as in plain text. `-` if there is no whole. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)}%`;
}

/** A share of 1, such as `12.5%`, as on pages. Never 0.0% or 100.0% for a share between 0 and 1. */
export function share(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noNumber;
  const written = decimal(value * 100, digits);
  const least = 10 ** -digits;
  if (value > 0 && Number(written) === 0) return `< ${decimal(least, digits)}%`;
  if (value < 1 && written === decimal(100, digits)) return `> ${decimal(100 - least, digits)}%`;
  return `${written}%`;
}

/** `part` of `whole`, as on pages. A dash if there is no whole. */
export function partOf(part: number, whole: number, digits = 1): string {
  return whole === 0 ? noNumber : share(part / whole, digits);
}

/**
 * `3 h 05 min`, `2 min 07 s`, `4.2 s`. In the style `whole` there are no tenths and no leading
 * zeros, as in `2 min 7 s` and `4 s`.
 */
export function duration(seconds: number, style: "exact" | "whole" = "exact"): string {
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${style === "exact" && seconds < 10 ? seconds.toFixed(1) : rounded} s`;
  const rest = (value: number): string => String(value).padStart(style === "exact" ? 2 : 1, "0");
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return `${minutes} min ${rest(rounded % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${rest(minutes % 60)} min`;
}

const units = [
  [1e9, "B"],
  [1e6, "M"],
  [1e4, "k"],
] as const;

/** `1.23M ± 0.08M`, with three digits of the value, and the bar to the same decimal. */
export function amount({ value, bar }: Measure): string {
  const [size, name] = units.find(([size]) => Math.max(value, bar) >= size) ?? [1, ""];
  const scale = name === "k" ? 1e3 : size;
  const digits = scale === 1 ? 0 : decimalsFor(Math.max(value, bar) / scale);
  const written = (number: number): string => `${fixed(number / scale, digits)}${name}`;
  return isVisible(bar / scale, digits) ? `${written(value)} ± ${written(bar)}` : written(value);
}

/** `$1.23 ± 0.08`. */
export function dollars({ value, bar }: Measure): string {
  const digits = value >= 100 ? 0 : value >= 0.1 || value === 0 ? 2 : 4;
  const written = `$${fixed(value, digits)}`;
  return isVisible(bar, digits) ? `${written} ± ${fixed(bar, digits)}` : written;
}

function decimalsFor(value: number): number {
  return value >= 100 ? 0 : value >= 10 ? 1 : 2;
}

function isVisible(bar: number, digits: number): boolean {
  return bar * 10 ** digits >= 0.5;
}

/**
 * With commas between thousands and a fixed count of decimals. 100 times 0.5495 is a little below
 * 54.95, which is rounded to `55.0` all the same.
 */
function fixed(value: number, digits: number): string {
  return Number(value.toPrecision(15)).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
