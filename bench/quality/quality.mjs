// npm run bench -- quality [--model name or path ...] [--rows file] [--labels file] [--json]
import { parseArgs } from "node:util";
import { generatePromptOf } from "../../dist/phases/prompts/generate-prompts.js";
import { withFolder } from "../temporary.mjs";
import { readDataset } from "./dataset.mjs";
import { figuresTable } from "./figures-table.mjs";
import { judgePhrases } from "./judge-phrases.mjs";
import { readLabels } from "./labels.mjs";
import { matchMessages } from "./matching.mjs";
import { messageOf, rowFigures } from "./row-figures.mjs";
import { runRows, seed } from "./run-rows.mjs";
import { tagFigures, verdictFigures } from "./verdict-figures.mjs";

const here = (name) => new URL(name, import.meta.url).pathname;
const presets = ["standard", "paper"];
const demonstrated = (preset) =>
  generatePromptOf({ prompt: preset }).demonstrations.flatMap(({ phrases }) => phrases.map(([, text]) => text));

/** @param args The command line's arguments without `quality`. */
export async function benchQuality(args) {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: "string", multiple: true, default: ["qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b", "smollm2-135m"] },
      rows: { type: "string", default: here("rows.jsonl") },
      labels: { type: "string", default: here("phrases.jsonl") },
      json: { type: "boolean", default: false },
    },
  });
  const dataset = { path: values.rows, rows: await readDataset(values.rows) };
  const labels = readLabels(values.labels);
  const byModel = {};
  for (const model of values.model) {
    byModel[model] = {};
    for (const preset of presets) {
      byModel[model][preset] = await withFolder((folder) => measure(folder, dataset, labels, { model, preset }));
    }
    if (!values.json) console.log(`\n### ${model}\n\n${figuresTable(byModel[model])}`);
  }
  if (values.json) console.log(JSON.stringify(values.model.length === 1 ? byModel[values.model[0]] : byModel, undefined, 1));
}

/** All figures of one model with one preset. */
async function measure(folder, { path, rows }, labels, { model, preset }) {
  const tell = (step) => console.error(`${model}, ${preset}: ${step}`);
  tell("the rows");
  const { summary, lines } = await runRows(folder, { rows: path, preset, name: "rows", config: { model } });
  const figures = rowFigures(rows, lines, demonstrated(preset));
  tell("the labelled phrases");
  const judged = await judgePhrases(folder, labels, { model, preset });
  tell("messages and instructions matched");
  const messages = lines.filter(({ outcome }) => outcome === "done").map((line) => ({ id: line.id, message: messageOf(line) }));
  return {
    ...figures,
    calibration: calibrationOf(summary),
    labels: { ...verdictFigures(judged), tagFit: tagFigures(judged) },
    matching: await matchMessages(messages, rows, { model, seed }),
    cost: costOf(summary, figures),
  };
}

/** How well the judge tells own phrases and messages from foreign ones. Null if not calibrated. */
function calibrationOf({ judge }) {
  const { phraseAuc = null, messageAuc = null, ownKept = null, foreignRemoved = null } = judge?.calibration ?? {};
  return { phraseAuc, messageAuc, ownKept, foreignRemoved };
}

/** What a run took. Tokens are those of its calls. */
function costOf({ seconds, calls }, { rows, rowsKept }) {
  const total = (key) => calls.reduce((sum, of) => sum + of[key], 0);
  const perKept = (value) => (rowsKept === 0 ? null : value / rowsKept);
  return {
    seconds,
    calls: total("calls"),
    inputTokens: total("inputTokens"),
    outputTokens: total("outputTokens"),
    callsAKeptRow: perKept(total("calls")),
    inputTokensARow: total("inputTokens") / rows,
    outputTokensARow: total("outputTokens") / rows,
  };
}
