import type { Summary } from "../analysis/report.ts";

/** 1,234,567. */
export function whole(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** `72.7%`; `-` where there is no whole. */
export function share(part: number, all: number): string {
  return all === 0 ? "-" : `${((100 * part) / all).toFixed(1)}%`;
}

/** Three decimals below 10, one below 100, none above. */
export function decimal(value: number | null | undefined): string {
  if (value === null || value === undefined) return "-";
  const size = Math.abs(value);
  return size < 10 ? value.toFixed(3) : size < 100 ? value.toFixed(1) : whole(value);
}

/** `[0.231, 0.240]`; nothing where there is no interval. */
export function interval(bounds: readonly [number, number] | null | undefined): string {
  return bounds ? `[${decimal(bounds[0])}, ${decimal(bounds[1])}]` : "";
}

export function mean(summary: Summary | null | undefined): string {
  return decimal(summary?.mean);
}
