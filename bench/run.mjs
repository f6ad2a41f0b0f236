// npm run bench [-- A C ...] [--repeat n] [--rows n] [--json file]
// npm run bench -- files [rows...]
// npm run bench -- analyze [--rows n]
// npm run bench -- embedded
// npm run bench -- shards [rows...]
// npm run bench -- view [rows]
// npm run bench -- quality [--model name or path ...] [--rows file] [--labels file] [--json]
import { writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { scenarios } from "./scenarios/index.mjs";
import { overview } from "./table.mjs";

const [command, ...rest] = process.argv.slice(2);
const { values: options, positionals } = parseArgs({
  // The options of quality have other meanings.
  args: command === "quality" ? [command] : process.argv.slice(2),
  allowPositionals: true,
  options: { repeat: { type: "string", default: "4" }, rows: { type: "string" }, json: { type: "string" } },
});

/** The result of a scenario that failed. The other scenarios still run. */
const failed = ({ message }) => ({
  tables: [`It failed: ${message}`],
  bars: [{ what: "measured", bar: "yes", seen: "no", met: false }],
  data: { message },
});

async function runScenarios(names) {
  const asked = names.map((name) => name.toUpperCase());
  const unknown = asked.filter((name) => !scenarios.some(({ id }) => id === name));
  if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(", ")}: there are ${scenarios.map(({ id }) => id).join(", ")}`);
  const bench = { repeat: Number(options.repeat), rows: options.rows === undefined ? undefined : Number(options.rows) };
  const results = [];
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}; ${bench.repeat} repetitions after a warm-up.${bench.rows ? ` All at ${bench.rows} rows instead (D: up to that).` : ""}`,
  );
  for (const scenario of scenarios) {
    const { id, title } = scenario;
    if (asked.length > 0 && !asked.includes(id)) continue;
    console.log(`\n### ${id}, ${title}\n`);
    const result = { id, title, ...(await scenario.run(bench).catch(failed)) };
    results.push(result);
    console.log(result.tables.join("\n\n"));
    if (options.json) writeFileSync(options.json, JSON.stringify({ node: process.version, ...bench, results }, undefined, 1));
  }
  console.log(`\n### Bars\n\n${overview(results)}`);
}

if (command === "quality") {
  const { benchQuality } = await import("./quality/quality.mjs");
  await benchQuality(rest);
} else if (positionals[0] === "files") {
  const { benchFiles } = await import("./files.mjs");
  const counts = positionals.slice(1).map(Number);
  await benchFiles(counts.length > 0 ? counts : [10_000, 1_000_000]);
} else if (positionals[0] === "shards") {
  const { benchShards } = await import("./shards.mjs");
  const counts = positionals.slice(1).map(Number);
  await benchShards(counts.length > 0 ? counts : [2_000, 20_000, 200_000]);
} else if (positionals[0] === "view") {
  const { benchView } = await import("./view.mjs");
  await benchView(Number(positionals[1] ?? 100_000));
} else if (positionals[0] === "analyze") {
  const { benchAnalysis } = await import("./analyze.mjs");
  await benchAnalysis({ repeat: Number(options.repeat), rows: Number(options.rows ?? 100_000) });
} else if (positionals[0] === "embedded") {
  const { benchEmbedded } = await import("./embedded/embedded.mjs");
  const rows = options.rows === undefined ? undefined : Number(options.rows);
  const { tables, bars, data } = await benchEmbedded({ rows, repeat: Number(options.repeat) });
  console.log([...tables, overview([{ id: "embedded", bars }])].join("\n\n"));
  if (options.json) writeFileSync(options.json, JSON.stringify({ node: process.version, bars, data }, undefined, 1));
} else await runScenarios(positionals);
