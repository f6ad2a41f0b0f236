import { addressOf } from "./call-address.ts";
import type { Model, ModelReply } from "./model.ts";

/** Where paid replies are kept. */
export interface Journal {
  /** The reply to the call of this address. Undefined if the call was never paid. */
  get(address: string): ModelReply | undefined;
  /** Resolves when the reply is on disk. Nobody may use the reply before. */
  put(address: string, entry: JournalEntry): Promise<void>;
}

export interface JournalEntry {
  /** The name of the call's purpose, for example `verify` or `judge-pair`. */
  readonly phase: string;
  readonly model: string;
  readonly reply: ModelReply;
}

/**
 * Answers a paid call from the journal, and makes any other call once. A new reply is on disk
 * before anyone reads it. Calls of one address that are made at the same time share one reply.
 *
 * @param onPaid Told of each new reply once it is on disk.
 */
export function withJournal(model: Model, journal: Journal, onPaid: (entry: JournalEntry) => void = () => {}): Model {
  const inFlight = new Map<string, Promise<ModelReply>>();
  return {
    ...model,
    call(call, context) {
      const address = addressOf(model.name, call);
      const paid = journal.get(address);
      if (paid) return Promise.resolve(paid);
      const asked = inFlight.get(address);
      if (asked) return asked;
      const { purpose, signal, budget } = context;
      let keeping: Promise<void> | undefined;
      let isKept = false;
      const keep = (reply: ModelReply): Promise<void> => {
        const entry = { phase: purpose.name, model: model.name, reply };
        return (keeping ??= journal.put(address, entry).then(() => {
          isKept = true;
          return onPaid(entry);
        }));
      };
      const asking = model.call(call, { purpose, signal, budget, keep }).then((reply) => (isKept ? reply : keep(reply).then(() => reply)));
      inFlight.set(address, asking);
      const forget = (): void => void inFlight.delete(address);
      asking.then(forget, forget);
      return asking;
    },
  };
}
