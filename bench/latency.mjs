/** Returns a number between 0 and 1 that depends on row, phase and salt alone. */
export function drawn(row, phase, salt) {
  let mixed = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(3 * salt + phase + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (((mixed ^ (mixed >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}

/**
 * Returns how long a request takes, in ms. `{ ms }` is fixed. `{ ms, sigma }` is log-normal with
 * the median `ms`. `{ from, to }` is uniform. The value depends on row and phase alone, so every
 * client meets the same latencies.
 */
export function latencyOf({ ms, sigma, from, to }, row, phase) {
  if (from !== undefined) return from + (to - from) * drawn(row, phase, 0);
  if (sigma === undefined) return ms;
  const normal = Math.sqrt(-2 * Math.log(drawn(row, phase, 0))) * Math.cos(2 * Math.PI * drawn(row, phase, 1));
  return ms * Math.exp(sigma * normal);
}
