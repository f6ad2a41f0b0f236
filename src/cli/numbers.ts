import type { Measure } from "../statistics/sampling.ts";

/** 1,234,567 and 3.4: whole numbers from 10 up. */
export function thousands(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0 });
}

/** `3 h 05 min`, `2 min 07 s`, `4.2 s`. */
export function duration(seconds: number): string {
  if (seconds < 59.5) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** `12.5%` of a whole; `-` when there is no whole. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : `${((part / whole) * 100).toFixed(1)}%`;
}

const units = [
  [1e9, "B"],
  [1e6, "M"],
  [1e4, "k"],
] as const;

/** `1.23M ± 0.08M`: three digits of the value, and of the bar what stands in their places. */
export function amount({ value, bar }: Measure): string {
  const [size, name] = units.find(([size]) => Math.max(value, bar) >= size) ?? [1, ""];
  const scale = name === "k" ? 1e3 : size;
  const digits = scale === 1 ? 0 : decimalsFor(Math.max(value, bar) / scale);
  const written = (number: number): string => `${(number / scale).toLocaleString("en-US", fixed(digits))}${name}`;
  return isVisible(bar / scale, digits) ? `${written(value)} ± ${written(bar)}` : written(value);
}

/** `$1.23 ± 0.08`. */
export function dollars({ value, bar }: Measure): string {
  const digits = value >= 100 ? 0 : value >= 0.1 || value === 0 ? 2 : 4;
  const written = (number: number): string => number.toLocaleString("en-US", fixed(digits));
  return isVisible(bar, digits) ? `$${written(value)} ± ${written(bar)}` : `$${written(value)}`;
}

function decimalsFor(value: number): number {
  return value >= 100 ? 0 : value >= 10 ? 1 : 2;
}

function fixed(digits: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}

function isVisible(bar: number, digits: number): boolean {
  return bar * 10 ** digits >= 0.5;
}
