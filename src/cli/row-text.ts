import { notChecked } from "../records/answers.ts";
import type { RemovedPhrase } from "../records/outcome.ts";
import { tagColour } from "../report/tag-palette.ts";
import { signed } from "../texts/number-text.ts";
import { readDoneLine, type LineFacts, type LinePhrase } from "../runs/row-line.ts";
import { pc } from "./terminal.ts";
import { hang } from "./wrap-text.ts";

/**
 * Renders a line of dataset.jsonl in full. The phrases come first, with their tags in colour. Then
 * come the turns, each new response with the original that it replaced, and what the gates found.
 */
export function renderDatasetLine(line: string): string {
  const { messages, facts } = readDoneLine(line);
  const phrases = facts.phrases.map(renderPhrase);
  const originals = [...facts.originalResponses];
  const turns = messages.slice(1).flatMap(({ role, content }) => {
    const shown = [`  ${pc.bold(role.padEnd(9))} ${hang}${indented(content)}`];
    const original = role === "assistant" && content !== "" ? originals.shift() : undefined;
    if (original !== undefined && original !== content) shown.push(`  ${pc.dim("was".padEnd(9))} ${hang}${pc.dim(indented(original))}`);
    return shown;
  });
  return [`  ${pc.bold("system")}`, ...phrases, ...turns, ...renderGates(facts.gates)].join("\n");
}

/** Renders what gates found. What was found again and again in one response is said once. */
function renderGates(gates: LineFacts["gates"]): string[] {
  const actions = new Map<string, string[]>();
  for (const { gate, turn, detail, action } of gates) {
    const found = `  gate ${hang}${gate}, response ${turn + 1}: ${detail}`;
    actions.set(found, [...(actions.get(found) ?? []), action]);
  }
  return [...actions].map(([found, done]) => {
    const times = [...new Set(done)].map((action) => {
      const count = done.filter((other) => other === action).length;
      const said = action === notChecked ? "could not be checked" : action;
      return count === 1 ? said : `${said} ${count} times`;
    });
    return pc.yellow(`${found} (${times.join(", then ")})`);
  });
}

/** Renders the phrases that were removed, each with its reason. */
export function renderRemoved(removed: readonly RemovedPhrase[]): string {
  return removed
    .map((piece) =>
      "verdict" in piece
        ? `  removed by the judge (${[piece.verdict, ...scoreOf(piece)].join(", ")}): ${pc.dim(`${piece.tag}: ${piece.text}`)}`
        : `  removed by the filter (${piece.reason}): ${pc.dim(piece.text)}`,
    )
    .join("\n");
}

function renderPhrase({ tag, text, verdict, writtenAs, score }: LinePhrase): string {
  const colour = tagColour(tag);
  const tinted = colour ? pc[colour.terminal] : String;
  const notes = [
    ...(verdict === "good" ? [] : [verdict, ...scoreOf({ score })]),
    ...(writtenAs === undefined ? [] : [`written as ${writtenAs}`]),
  ];
  return `    ${tinted(`<<${tag}>>`)}${text}${tinted(`<</${tag}>>`)}${notes.length === 0 ? "" : pc.dim(`  (${notes.join(", ")})`)}`;
}

function scoreOf({ score }: Pick<LinePhrase, "score">): string[] {
  return score === undefined ? [] : [signed(score)];
}

function indented(text: string): string {
  return text.replaceAll("\n", `\n${" ".repeat(12)}`);
}
