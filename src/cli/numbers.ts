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
