// One measured task in a process of its own; sends its cost.
import { Agent } from "undici";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

const [task, input, url, out] = process.argv.slice(2);
const { runPipeline, resolveConfig, openDataset } = await import("../dist/index.js");

const tasks = {
  /** Floor of reading: JSON.parse of each line, as node's readline gives it. */
  async "read-floor"() {
    let rows = 0;
    for await (const line of createInterface({ input: createReadStream(input) })) if (JSON.parse(line)) rows++;
    return rows;
  },
  async read() {
    let rows = 0;
    const dataset = await openDataset({ input, maxRowBytes: 1 << 23, stdin: process.stdin });
    for await (const _entry of dataset.entries) rows++;
    return rows;
  },
  /** Floor of a run: the same number of calls of about the same size, 64 at once, their bodies parsed and thrown away. */
  async "run-floor"() {
    const agent = new Agent();
    const { origin } = new URL(url);
    let left = 3 * Number(out);
    const calls = left;
    const body = JSON.stringify({
      model: "m",
      messages: [
        { role: "system", content: "x".repeat(2_500) },
        { role: "user", content: "Write the system message." },
      ],
    });
    async function lane() {
      while (left-- > 0) {
        const reply = await agent.request({
          origin,
          path: "/v1/chat/completions",
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
        });
        await reply.body.json();
      }
    }
    await Promise.all(Array.from({ length: 64 }, lane));
    await agent.close();
    return calls;
  },
  async run() {
    const summary = await runPipeline(resolveConfig({ input, model: "m", baseUrl: [url], out, concurrency: 64 }));
    return summary.calls.reduce((sum, { calls }) => sum + calls, 0);
  },
};

const started = performance.now();
const units = await tasks[task]();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
process.send({
  units,
  seconds: (performance.now() - started) / 1000,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakMB: maxRSS / 1024,
});
process.disconnect();
