export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Writes three significant digits, and all digits of a whole number. */
export const number = (value) =>
  Number.isInteger(value) || Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en-US")
    : value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
export const times = (value) => `${value.toFixed(2)} x`;
export const percent = (value) => `${(100 * value).toFixed(1)}%`;
export const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

/** Writes the median of the repetitions with the least and the most in brackets. */
export function spread(values, format) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? format(least) : `${format(median(values))} (${format(least)} to ${format(most)})`;
}

export function table(header, lines) {
  return [header, header.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Writes the bars of all scenarios as one table. */
export function overview(results) {
  const lines = results.flatMap(({ id, bars }) =>
    bars.map(({ what, bar, seen, met }) => [id, what, bar, seen, met ? "met" : "**not met**"]),
  );
  return table(["id", "what", "bar", "seen", ""], lines);
}
