import type { Estimate, ModelEstimate, UseEstimate } from "../estimate/report.ts";
import { amount, counted, dollars, duration, percent, thousands } from "../texts/number-text.ts";
import { pc } from "./terminal.ts";
import { hang } from "./wrap-text.ts";

/**
 * Renders an estimate for a terminal. The table has a row for each phase and a total. Below it are
 * the models, the time, the assumptions and what the error bars mean.
 */
export function renderEstimate(input: string, found: Estimate): string {
  const { rows, phases, total, assumptions } = found;
  const table = [
    ["", "calls", "input tokens", "output tokens", "cost", "time"],
    ...phases.map((phase) => [phase.phase, ...cells(phase)]),
    ["total", ...cells(total)],
  ];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  const lines = table.map((line, index) => {
    const text = line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("   ")
      .trimEnd();
    return index === 0 || index === table.length - 1 ? pc.bold(text) : text;
  });
  const parts = [
    `${input} (${found.format}): ${counted(rows.total, "row")}, ${rows.sampled === rows.total ? "all of them" : `${thousands(rows.sampled)} of them drawn at random and`} tokenized`,
    endingEarly(found),
    lines.join("\n"),
    [...found.models.map(modelLine), timeLine(found)].join("\n"),
    assumptions.length === 0 ? "" : [pc.bold("rests on"), ...assumptions.map((line) => `  ${line}`)].join("\n"),
    barLine(found),
    rows.failedProbes > 0
      ? pc.yellow(`${counted(rows.failedProbes, "row")} of the probe failed, and what they would use is not known.`)
      : "",
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function cells({ calls, inputTokens, outputTokens, cost, seconds }: UseEstimate): string[] {
  return [
    amount(calls),
    amount(inputTokens),
    amount(outputTokens),
    cost === null ? "-" : dollars(cost),
    seconds === null ? "-" : `about ${duration(seconds)}`,
  ];
}

function endingEarly({ rows }: Estimate): string {
  const reasons = Object.entries(rows.endEarly).toSorted(([, a], [, b]) => b - a);
  const count = reasons.reduce((sum, [, rows]) => sum + rows, 0);
  if (count === 0) return "";
  const list = reasons.map(([reason, rows]) => `${reason} ${thousands(rows)}`).join(", ");
  return `${thousands(count)} of the ${thousands(rows.sampled)} rows (${percent(count, rows.sampled)}) end before the first phase: ${list}`;
}

function modelLine({ model, phases, hosts, tokenizer, price }: ModelEstimate): string {
  const where = [...new Set(hosts)].join(", ");
  const priceSaid =
    price !== null
      ? `$${price.inputPerMillion} input, $${price.outputPerMillion} output per million tokens (${price.source})`
      : where === ""
        ? "none: it runs in this process"
        : `not known for ${model} at ${where}, and not guessed. Give it in the config file: prices: {${JSON.stringify(model)}: {input: <US dollars per million tokens>, output: <the same>}}`;
  return [`${pc.bold(model)} (${phases.join(", ")})`, `  price      ${hang}${priceSaid}`, `  tokenizer  ${hang}${tokenizer}`].join("\n");
}

function timeLine({ total, concurrency }: Estimate): string {
  const said =
    total.seconds === null
      ? "unknown without a probe (--probe 5)"
      : `calls x mean time of a call / ${thousands(concurrency)} rows at once; under that load a server may be slower than when it was measured`;
  return `${pc.bold("time")}  ${hang}${said}`;
}

function barLine({ rows, assumptions }: Estimate): string {
  const said =
    assumptions.length > 0
      ? "95% confidence of the sample, and the ranges of what is assumed. Not in it: replies that are asked for again, rows that end on their way. --probe 5 measures these."
      : `95% confidence of the sample and of ${thousands(rows.measured)} rows whose calls are in the journal: their tokens, what was asked for again and what ended early are measured.`;
  return `${pc.bold("±")}  ${hang}${said}`;
}
