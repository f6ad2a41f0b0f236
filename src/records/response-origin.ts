/**
 * Who wrote a response of a row in the dataset. `new` was written under the row's system message.
 * `original` is the input's own, which was not.
 */
export type ResponseOrigin = "new" | "original";

/** What is known of a row's responses. */
export interface RowResponses {
  /** Of each response of the conversation. Undefined in rows that older versions made. */
  readonly responses?: readonly string[] | undefined;
  readonly gates: readonly { readonly turn: number; readonly action: string }[];
}

/**
 * What a row of the dataset stands for, which every figure of rows goes by. It is `original` if an
 * original was kept in the place of a new response that was caught, or if no response is new. So
 * turns that were not to be written anew (`respond.turns: last`) do not count against a row.
 */
export function rowOrigin({ responses, gates }: RowResponses): ResponseOrigin {
  const isKept = gates.some(keepsOriginal);
  return isKept || responses?.includes("new") === false ? "original" : "new";
}

/** @param turn The response's index among the responses of the conversation, from 0. */
export function responseOrigin({ responses, gates }: RowResponses, turn: number): ResponseOrigin {
  const isKept = gates.some((gate) => gate.turn === turn && keepsOriginal(gate));
  return isKept || responses?.[turn] === "original" ? "original" : "new";
}

/** Whether a gate kept the original in the place of a response that it caught. */
export function keepsOriginal({ action }: { readonly action: string }): boolean {
  return action === "kept-original";
}
