// node phases.mjs <config as JSON> <calls.jsonl>: a run of sysgen in this process, and then its calls one by one: what was asked, what it took.
import { writeFileSync } from "node:fs";
import { resolveConfig, runPipeline } from "../../dist/index.js";
import { openDataset } from "../../dist/datasets/index.js";
import { walk } from "../../dist/pipeline/replay-road.js";
import { addressOf } from "../../dist/models/call-address.js";
import { identifyModel } from "../../dist/models/index.js";
import { openJournal } from "../../dist/runs/open-run.js";

const config = resolveConfig(JSON.parse(process.argv[2]));
const paid = [];
const notices = [];
const summary = await runPipeline(config, {
  observer: {
    onPaid: ({ phase, reply }) =>
      paid.push({ phase, at: performance.now(), tookMs: reply.tookMs, evaluated: reply.evaluatedTokens, ...reply.usage }),
    onNotice: (text) => notices.push(text),
  },
});
// Since the process began.
const totalMs = performance.now();

// A run is a function of rows, configuration and journal: its calls can be read from there.
const named = {
  ...(await identifyModel(config.generator)),
  rowsAtOnce: 1,
  call: () => Promise.reject(new Error("no call")),
  close: async () => {},
};
const calls = [];
const journal = await openJournal(config.out);
const dataset = await openDataset(config);
for await (const entry of dataset.entries)
  await walk(entry, {
    config,
    model: named,
    judge: named,
    signal: new AbortController().signal,
    round: () => 0,
    answer: (phase, call, { name }) => {
      const reply = journal.get(addressOf(name, call));
      calls.push({ phase, messages: call.messages, text: reply.text, outputTokens: reply.usage.outputTokens });
      return reply;
    },
  });
writeFileSync(process.argv[3], calls.map((call) => `${JSON.stringify(call)}\n`).join(""));
console.log(JSON.stringify({ totalMs, paid, notices, rows: summary.rows }));
