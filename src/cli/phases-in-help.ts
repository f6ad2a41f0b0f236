import type { PhaseName } from "../phases/index.ts";

/**
 * The phases in their order. The help has a list of its own, because importing the table of phases
 * would cost each start some 90 ms of CPU. The compiler names a phase that is missing.
 */
const order = { generate: 1, filter: 2, verify: 3, respond: 4 } satisfies Record<PhaseName, number>;
const names = Object.keys(order);
const numberWords = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];

/** For example `generate, filter, verify, respond`. */
export const phaseListInHelp = names.join(", ");
/** For example `four`. */
export const phaseCountInHelp = numberWords[names.length] ?? String(names.length);
