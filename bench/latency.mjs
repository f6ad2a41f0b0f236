/** A number between 0 and 1 that is drawn by these three, and by nothing else. */
export function drawn(row, phase, salt) {
  let mixed = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(3 * salt + phase + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (((mixed ^ (mixed >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}

/**
 * How long a request takes: `{ ms }` always, `{ ms, sigma }` log-normal around the median `ms`, `{ from, to }` evenly between the two.
 * It depends on row and phase alone, so that every client meets the same latencies.
 */
export function latencyOf({ ms, sigma, from, to }, row, phase) {
  if (from !== undefined) return from + (to - from) * drawn(row, phase, 0);
  if (sigma === undefined) return ms;
  const normal = Math.sqrt(-2 * Math.log(drawn(row, phase, 0))) * Math.cos(2 * Math.PI * drawn(row, phase, 1));
  return ms * Math.exp(sigma * normal);
}
