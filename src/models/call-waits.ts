import type { Model } from "./model.ts";

/**
 * Thrown by a call that the journal does not hold, and that is not made now. It has joined a wave,
 * or the budget has no room for it beside open batches. That says nothing of the call or the row,
 * so the row has no outcome. A later pass over the rows takes it up again.
 */
export class CallWaits extends Error {
  override readonly name = "CallWaits";
  constructor() {
    super("the call waits for its reply");
  }
}

/** A model that is never asked. Each call that the journal does not hold waits. */
export function unasked(model: Model): Model {
  return { ...model, call: () => Promise.reject(new CallWaits()) };
}
