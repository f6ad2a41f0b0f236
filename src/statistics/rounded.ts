/** Rounds to 6 significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
