// The floor of `sysgen analyze`, the metric library alone. It scores pairs of texts in order.
// Usage: node bench/analysis-floor.mjs pairs.jsonl
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { metrics } from "../dist/analysis/metrics/index.js";
import { TextPairs } from "../dist/analysis/metrics/text-pair.js";

const [path] = process.argv.slice(2);
const pairs = new TextPairs();
const sums = metrics.map(() => 0);
let count = 0;
for await (const line of createInterface({ input: createReadStream(path, { highWaterMark: 1 << 18 }) })) {
  const [original, response] = JSON.parse(line);
  const pair = pairs.pair(original, response);
  for (const [index, metric] of metrics.entries()) sums[index] += metric.score(pair);
  count++;
}
console.log(JSON.stringify({ pairs: count, means: sums.map((sum) => sum / count) }));
