/** To 6 digits that count. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
