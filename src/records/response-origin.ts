/**
 * Who wrote a response of a row in the dataset. `new` was written under the row's system message.
 * `original` is the input's own, which was not.
 */
export type ResponseOrigin = "new" | "original";

/** What is known of a row's responses. Unknown keys of other versions do no harm. */
export interface RowResponses {
  /** Of each response of the conversation. Undefined in rows that older versions made. */
  readonly responses?: readonly string[] | undefined;
  readonly gates: readonly { readonly action: string }[];
}

/**
 * What a row of the dataset stands for, which every figure of rows goes by. It is `original` if an
 * original was kept in the place of a new response that was caught, or if no response is new. So
 * turns that were not to be written anew (`respond.turns: last`) do not count against a row.
 */
export function rowOrigin({ responses, gates }: RowResponses): ResponseOrigin {
  const isKept = gates.some(({ action }) => action === "kept-original");
  return isKept || responses?.includes("new") === false ? "original" : "new";
}
