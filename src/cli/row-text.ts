import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";
import type { RemovedPhrase } from "../records/outcome.ts";
import type { Tag } from "../records/system-message/phrase.ts";
import { readDoneLine } from "../runs/row-line.ts";

type Colour = (text: string) => string;

const colours: Readonly<Record<Tag, Colour>> = {
  Role: pc.magenta,
  Content: pc.blue,
  Task: pc.green,
  Action: pc.cyan,
  Style: pc.yellow,
  Background: pc.gray,
  Tool: pc.red,
  Format: pc.white,
};

/** A line of dataset.jsonl in full: phrases with their tags in colour, then the turns, each new response with the one it replaces. */
export function renderDatasetLine(line: string): string {
  const { messages, facts } = readDoneLine(line);
  const phrases = facts.phrases.map(({ tag, text }) => renderPhrase(tag, text));
  const originals = [...facts.originalResponses];
  const turns = messages.slice(1).flatMap(({ role, content }) => {
    const shown = [`  ${pc.bold(role.padEnd(9))} ${indented(content)}`];
    const original = role === "assistant" && content !== "" ? originals.shift() : undefined;
    if (original !== undefined && original !== content) shown.push(`  ${pc.dim("was".padEnd(9))} ${pc.dim(indented(original))}`);
    return shown;
  });
  const gates = facts.gates.map(({ gate, turn, detail, action }) =>
    pc.yellow(`  gate ${gate}, response ${turn + 1}: ${safe(detail)} (${action})`),
  );
  return [`  ${pc.bold("system")}`, ...phrases, ...turns, ...gates].join("\n");
}

/** The phrases that did not stay, each with its reason. */
export function renderRemoved(removed: readonly RemovedPhrase[]): string {
  return removed
    .map((piece) =>
      "verdict" in piece
        ? `  removed by the judge (${piece.verdict}): ${pc.dim(`${piece.tag}: ${safe(piece.text)}`)}`
        : `  removed by the filter (${piece.reason}): ${pc.dim(safe(piece.text))}`,
    )
    .join("\n");
}

/** A tag that only another version knows has no colour. */
const colourOf = new Map<string, Colour>(Object.entries(colours));

function renderPhrase(tag: string, text: string): string {
  const colour = colourOf.get(tag) ?? String;
  return `    ${colour(`<<${safe(tag)}>>`)}${safe(text)}${colour(`<</${safe(tag)}>>`)}`;
}

function indented(text: string): string {
  return safe(text)
    .split("\n")
    .join(`\n${" ".repeat(12)}`);
}

/** Text of a dataset or a model must not steer the terminal. */
export function safe(text: string): string {
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}
