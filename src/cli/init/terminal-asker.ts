import { isCancel, log, select, spinner, text as ask } from "@clack/prompts";
import { redact } from "../../secrets.ts";
import { withoutControls } from "../../texts/without-controls.ts";
import { columnsOf } from "../terminal.ts";
import { wrapText } from "../wrap-text.ts";
import type { Asker } from "./asker.ts";

/** What takes no longer is not shown. */
const shortMs = 500;

/** Names of files and models are others' texts. */
const clean = (text: string): string => withoutControls(redact(text));

/**
 * Asks a person at a terminal.
 * @throws AbortError when the person leaves with Ctrl-C.
 */
export function terminalAsker(): Asker {
  return {
    canAskAgain: true,
    async select(question, choices) {
      const options = choices.map(({ label, hint }, value) => ({ value, label: clean(label), ...(hint ? { hint: clean(hint) } : {}) }));
      const at = await select({ message: question.text, options, maxItems: 12 });
      if (isCancel(at)) throw left();
      const chosen = choices[at];
      if (chosen === undefined) throw new TypeError("an answer is one of the choices");
      return chosen.value;
    },
    async text(question, initial) {
      const validate = (value: string | undefined): string | undefined =>
        value?.trim() ? undefined : "An answer is needed. Ctrl-C leaves.";
      const typed = await ask({ message: question.text, validate, ...(initial === undefined ? {} : { initialValue: initial }) });
      if (isCancel(typed)) throw left();
      return typed.trim();
    },
    say: (text) => log.info(wrapText(clean(text), roomBesideMark())),
    async wait(text, work) {
      const turning = spinner();
      let turns = false;
      const timer = setTimeout(() => {
        turning.start(clean(text));
        turns = true;
      }, shortMs);
      try {
        return await work;
      } finally {
        clearTimeout(timer);
        if (turns) turning.clear();
      }
    },
  };
}

/** Columns to the right of the mark that each line has. */
function roomBesideMark(): number | undefined {
  const columns = columnsOf(process.stdout);
  return columns === undefined ? undefined : columns - 3;
}

function left(): Error {
  return new DOMException("left by the user", "AbortError");
}
