// Compares the embedded engine with llama.cpp's own ceiling through the binding, in one run. Both
// have the same model, prompts and numbers of tokens.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuThreads } from "../../dist/models/embedded/cpu-threads.js";
import { resolveWeights } from "../../dist/models/weights/weights.js";
import { median, number, percent, seconds, spread, table, times } from "../table.mjs";
import { withFolder } from "../temporary.mjs";
import { rowLine } from "./rows.mjs";
import { runLimited, runScript } from "./script.mjs";

const modelName = "smollm2-135m";
const cores = cpuThreads();
const rowsByDefault = 64;
/** Rows whose calls every layout makes. The best layout then makes the calls of all rows. */
const trialRows = 4;
/**
 * Settings that limit the length of replies, so that both sides have the same work. The bench
 * measures the engine and not how long a small model rambles.
 */
const settings = { maxReasks: 0, quiet: true, respond: { maxOutputTokens: 192 } };
const contextSize = 4096;
const single = { contexts: 1, sequences: 1, threads: cores };
/**
 * The most promising layouts come first, because a layout much slower than the best is given up.
 */
const layouts = [
  { contexts: cores, sequences: 1, threads: 1, keys: "Q8_0" },
  { contexts: cores, sequences: 1, threads: 1 },
  { contexts: cores, sequences: 4, threads: 1 },
  { contexts: cores, sequences: 4, threads: 1, flashAttention: true },
  { contexts: 1, sequences: 4, threads: cores },
  single,
];
const decodeLayouts = [
  single,
  { contexts: 1, sequences: 4, threads: cores },
  { contexts: cores, sequences: 1, threads: 1 },
  { contexts: cores, sequences: 4, threads: 1, flashAttention: true },
  ...[1, 2, 4, 8].map((sequences) => ({ contexts: cores, sequences, threads: 1, keys: "Q8_0" })),
];
/** A layout is given up after this many times the time of the best layout. */
const patience = 2;
const startMs = 5_000;
/** On a busy machine, threads that wait for each other may never finish decoding. */
const decodeMs = 30_000;

const nameOf = ({ contexts, sequences, threads, flashAttention, keys }) =>
  `${contexts} x ${sequences}, ${threads} thread${threads === 1 ? "" : "s"} each${flashAttention ? ", flash attention" : ""}${keys ? `, keys in ${keys}` : ""}`;
const perSecond = ({ output, ms }) => (1000 * output) / ms;
const cells = (values, format) => (values.length === 0 ? "given up" : spread(values, format));
const ratioOf = (these, those) => (these.length === 0 || those.length === 0 ? undefined : median(these) / median(those));
const timesOrUnknown = (value) => (value === 0 ? "not measured" : times(value));
const timesOrNone = (value) => (value === undefined ? "" : times(value));

async function measureDecode(model, repeat) {
  const measured = decodeLayouts.map((layout) => ({ layout, short: [], long: [], prefill: [] }));
  for (let round = 0; round < repeat; round++)
    for (const { layout, short, long, prefill } of measured) {
      const few = await runLimited(decodeMs, "decode.mjs", model, JSON.stringify(layout), "100", "64");
      const many = await runLimited(decodeMs, "decode.mjs", model, JSON.stringify(layout), "1500", "32");
      tell(`${nameOf(layout)}: ${few?.decode}, ${many?.decode} tok/s`);
      if (few) short.push(few.decode);
      if (many) long.push(many.decode);
      if (many) prefill.push(many.prefill);
    }
  return measured;
}

async function measureRun(folder, model, count, repeat) {
  const rows = join(folder, "rows.jsonl");
  writeFileSync(rows, Array.from({ length: count }, (_, index) => `${rowLine(index)}\n`).join(""));
  const callsPath = join(folder, "calls.jsonl");
  const trialPath = join(folder, "trial.jsonl");
  const runs = [];
  let trials;
  let best;
  for (let round = 0; round < repeat; round++) {
    const phases = await runScript(
      "phases.mjs",
      JSON.stringify({ ...settings, input: rows, model, contextSize, out: join(folder, `run-${round}`) }),
      callsPath,
    );
    if (round === 0) {
      const lines = readFileSync(callsPath, "utf8").trim().split("\n");
      writeFileSync(trialPath, `${lines.slice(0, Math.ceil((lines.length * Math.min(trialRows, count)) / count)).join("\n")}\n`);
      trials = [];
      for (const layout of layouts) {
        const mostMs = trials.length === 0 ? Infinity : startMs + patience * Math.min(...trials.map(({ ms = Infinity }) => ms));
        trials.push({ layout, ...(await ceiling(model, trialPath, layout, mostMs)) });
        tell(`${nameOf(layout)}: ${seconds(trials.at(-1).ms ?? Infinity)}`);
      }
      best = trials.toSorted((a, b) => (a.ms ?? Infinity) - (b.ms ?? Infinity))[0].layout;
    }
    const top = await ceiling(model, callsPath, best);
    runs.push({ phases, ceiling: top });
    tell(
      `run ${round + 1}: ceiling ${seconds(top.ms)}, sysgen ${seconds(windowOf(phases))} of ${seconds(phases.totalMs)}; CPU ${top.cpuSeconds} s, ${phases.cpuSeconds} s`,
    );
  }
  return { runs, trials, best };
}

/** Reports progress on stderr. */
const tell = (text) => console.error(text);

const ceiling = (model, calls, layout, mostMs = Infinity) =>
  runLimited(mostMs, "ceiling.mjs", model, calls, JSON.stringify({ ...layout, contextSize }));

/** Bytes a second that all threads together read from memory. */
async function readBandwidth(threads) {
  const rates = await Promise.all(Array.from({ length: threads }, () => runScript("bandwidth.mjs")));
  return sum(rates, ({ rate }) => rate);
}

const sum = (list, of) => list.reduce((total, each) => total + of(each), 0);
const windowOf = ({ paid }) => Math.max(...paid.map(({ at }) => at)) - Math.min(...paid.map(({ at, tookMs }) => at - tookMs));

/**
 * A table line about the prompt tokens that the calls of a phase evaluated. The first calls, one
 * for each context, evaluate the shared prefix. The later calls find it there.
 */
function prefixLine(phase, paid) {
  const calls = paid.filter((call) => call.phase === phase);
  const first = calls
    .slice()
    .toSorted((a, b) => b.evaluated / b.inputTokens - a.evaluated / a.inputTokens)
    .slice(0, cores);
  const later = calls.filter((call) => !first.includes(call));
  const mean = (list, of) => (list.length === 0 ? "" : number(Math.round(sum(list, of) / list.length)));
  return [
    phase,
    calls.length,
    mean(calls, ({ inputTokens }) => inputTokens),
    mean(first, ({ evaluated }) => evaluated),
    mean(later, ({ evaluated }) => evaluated),
    number(sum(calls, ({ outputTokens }) => outputTokens)),
  ];
}

export async function benchEmbedded({ rows = rowsByDefault, repeat }) {
  const model = await resolveWeights(modelName, { env: process.env, onNotice: (text) => console.error(text) });
  const bytes = statSync(model).size;
  const bandwidths = [];
  for (const threads of [1, cores]) bandwidths.push(await readBandwidth(threads));
  const { runs, trials, best } = await withFolder((folder) => measureRun(folder, model, rows, repeat));
  const decode = await measureDecode(model, repeat);
  const plain = decode[0];
  const shares = runs.map(({ phases, ceiling: top }) => top.ms / windowOf(phases));
  const totals = runs.map(({ phases, ceiling: top }) => phases.totalMs / top.ms);
  const ratio = (of) => Math.max(0, ...decode.map((each) => ratioOf(of(each), of(plain)) ?? NaN).filter((value) => value > 0));
  const [{ phases }] = runs;
  const tables = [
    table(
      [
        "decode, contexts x sequences",
        "prefill tok/s",
        "tok/s at 100 tokens",
        "to the plain one",
        "tok/s at 1,500 tokens",
        "to the plain one",
      ],
      decode.map((each) => [
        nameOf(each.layout),
        cells(each.prefill, number),
        cells(each.short, number),
        timesOrNone(ratioOf(each.short, plain.short)),
        cells(each.long, number),
        timesOrNone(ratioOf(each.long, plain.long)),
      ]),
    ),
    `Reads of memory: ${bandwidths.map((rate, index) => `${(rate / 1e9).toFixed(1)} GB/s on ${[1, cores][index]} thread${index === 0 ? "" : "s"}`).join(", ")}. The weights are ${(bytes / 1e6).toFixed(1)} MB, so one token a read of them would be ${number(bandwidths[1] / bytes)} tok/s on all cores.`,
    table(
      ["plain loop, the calls of the first rows", "tokens generated a second"],
      trials.map((trial) => [nameOf(trial.layout), trial.ms === undefined ? "given up" : number(perSecond(trial))]),
    ),
    table(
      ["", "median (least to most)"],
      [
        [
          `ceiling (${nameOf(best)}), all calls`,
          cells(
            runs.map(({ ceiling: top }) => top.ms),
            seconds,
          ),
        ],
        [
          "sysgen, first call to last reply",
          cells(
            runs.map((run) => windowOf(run.phases)),
            seconds,
          ),
        ],
        [
          "sysgen, the whole process",
          cells(
            runs.map((run) => run.phases.totalMs),
            seconds,
          ),
        ],
        [
          "tokens generated a second: ceiling",
          cells(
            runs.map(({ ceiling: top }) => perSecond(top)),
            number,
          ),
        ],
        [
          "tokens generated a second: sysgen",
          cells(
            runs.map((run) => (1000 * sum(run.phases.paid, ({ outputTokens }) => outputTokens)) / windowOf(run.phases)),
            number,
          ),
        ],
        [
          "CPU time: sysgen, to the ceiling's",
          cells(
            runs.map(({ phases: run, ceiling: top }) => run.cpuSeconds / top.cpuSeconds),
            times,
          ),
        ],
        [
          "cores that others kept busy: ceiling, sysgen",
          runs.map(({ phases: run, ceiling: top }) => `${number(top.foreign ?? NaN)}, ${number(run.foreign ?? NaN)}`).join("; "),
        ],
      ],
    ),
    phases.notices.map((notice) => `> ${notice}`).join("\n"),
    table(
      ["phase", "calls", "prompt tokens, mean", `evaluated: first of each context`, "later ones", "tokens generated"],
      ["generate", "verify", "respond"].map((phase) => prefixLine(phase, phases.paid)),
    ),
  ];
  const bars = [
    { what: "sysgen's tokens a second, of the ceiling's", bar: "at least 90%", seen: percent(median(shares)), met: median(shares) >= 0.9 },
    { what: "the whole process, to tokens / ceiling", bar: "at most 1.15 x", seen: times(median(totals)), met: median(totals) <= 1.15 },
    {
      what: "decoding, to one sequence with all threads, 100 tokens",
      bar: "at least 1.7 x",
      seen: timesOrUnknown(ratio(({ short }) => short)),
      met: ratio(({ short }) => short) >= 1.7,
    },
    {
      what: "the same, 1,500 tokens",
      bar: "at least 1.7 x",
      seen: timesOrUnknown(ratio(({ long }) => long)),
      met: ratio(({ long }) => long) >= 1.7,
    },
  ];
  return { tables, bars, data: { bandwidths, bytes, decode, trials, best, runs } };
}
