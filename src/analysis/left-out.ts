import { responseOrigin, type RowResponses } from "../records/response-origin.ts";

/**
 * Why a response is not compared with its original. `keptOriginal` is one that a gate made the
 * original again. `untouched` is one that was not to be written anew, such as an earlier turn under
 * `respond.turns: last`, a call of a tool, or a masked turn.
 */
export type LeftOut = "keptOriginal" | "untouched";

interface Settings {
  /** Only the last response of a conversation was to be written anew. */
  readonly lastTurnOnly: boolean;
  /** Responses of the conversation. */
  readonly turns: number;
}

/** @param turn The response's index among the responses of the conversation, from 0. */
export function leftOut({ responses, gates }: RowResponses, turn: number, { lastTurnOnly, turns }: Settings): LeftOut | undefined {
  if (lastTurnOnly && turn < turns - 1) return "untouched";
  if (responseOrigin({ gates }, turn) === "original") return "keptOriginal";
  return responseOrigin({ responses, gates }, turn) === "original" ? "untouched" : undefined;
}
