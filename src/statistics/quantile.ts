/**
 * The quantile of values in ascending order, interpolated between the two nearest values (type 7 of
 * Hyndman and Fan 1996). Undefined for no values.
 * @param share From 0, the smallest value, to 1, the largest.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number | undefined {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  return below === undefined || above === undefined ? undefined : below + (above - below) * (place - Math.floor(place));
}
