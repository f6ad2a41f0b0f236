// Usage: node phases.mjs <config as JSON> <calls.jsonl>
// Runs sysgen in this process. Then writes its calls, with what was asked and how long each took.
import { writeFileSync } from "node:fs";
import { resolveConfig, runPipeline } from "../../dist/index.js";
import { openDataset } from "../../dist/datasets/index.js";
import { replayRoad } from "../../dist/pipeline/replay-road.js";
import { addressOf } from "../../dist/models/call-address.js";
import { backendOf } from "../../dist/models/index.js";
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
// Time since the process began.
const totalMs = performance.now();

// The calls follow from rows, configuration and journal, so they can be found without a model.
const named = {
  ...(await backendOf(config.generator).identify(config.generator)),
  rowsAtOnce: 1,
  call: () => Promise.reject(new Error("no call")),
  close: async () => {},
};
const calls = [];
const journal = await openJournal(config.out);
const dataset = await openDataset(config);
for await (const entry of dataset.entries)
  await replayRoad(entry, {
    config,
    model: named,
    judge: named,
    signal: new AbortController().signal,
    round: () => 0,
    calibration: journal.calibration,
    answer: (phase, call, { name }) => {
      const reply = journal.get(addressOf(name, call));
      calls.push({ phase, messages: call.messages, text: reply.text, outputTokens: reply.usage.outputTokens });
      return reply;
    },
  });
writeFileSync(process.argv[3], calls.map((call) => `${JSON.stringify(call)}\n`).join(""));
console.log(JSON.stringify({ totalMs, paid, notices, rows: summary.rows }));
