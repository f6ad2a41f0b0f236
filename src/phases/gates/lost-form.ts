import { code } from "../forms/code.ts";
import { list } from "../forms/list.ts";
import { table } from "../forms/table.ts";
import type { Gate } from "./gate.ts";

const forms = [code, table, list];

/**
 * Finds a response without code, table or list where the instruction asks for one and the original
 * has it. The instruction counts, whatever form the system message asks for. Both must be sure. A
 * form in another shape will do, such as a list within a sentence.
 */
export const lostForm: Gate<"lost-form"> = {
  name: "lost-form",
  finding: "the new response has no code, table or list, which the instruction asks for and A has",
  cure: "take a larger generator",
  presets: { standard: "retry", paper: "off" },
  find({ reply, original, instruction }) {
    const lost = forms.find((form) => form.isIn(original) && !form.mayBeIn(reply.text, original, instruction) && form.isAsked(instruction));
    return lost && `the instruction asks for ${lost.name}, and the response has none`;
  },
};
