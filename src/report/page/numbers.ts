/** What stands where there is no number. */
export const noNumber = "–";

/** 1,234,567 */
export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** A number with a fixed count of decimals. */
export function decimal(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noNumber;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");
}

/** A share of one as `12.5%`. Never 0.0% or 100.0% for what is neither none nor all. */
export function share(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noNumber;
  const written = decimal(value * 100, digits);
  const least = 10 ** -digits;
  if (value > 0 && Number(written) === 0) return `< ${decimal(least, digits)}%`;
  if (value < 1 && written === decimal(100, digits)) return `> ${decimal(100 - least, digits)}%`;
  return `${written}%`;
}

/** `part` of `whole` as a share; a dash when there is no whole. */
export function partOf(part: number, whole: number, digits = 1): string {
  return whole === 0 ? noNumber : share(part / whole, digits);
}

/** 1,234 · 45.6k · 7.89M: for headlines, where the exact number is in a table. */
export function compact(value: number): string {
  if (value < 10_000) return count(value);
  return value
    .toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 3 })
    .toLowerCase()
    .replace("m", "M")
    .replace("b", "B");
}

/** `1 row`, `2 rows` */
export function things(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
