import type { CallPhase } from "../records/outcome.ts";
import { addressOf } from "./call-address.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "./model.ts";

/** Where paid replies are kept. */
export interface Journal {
  get(address: string): ModelReply | undefined;
  /** Resolves when the reply is on disk: only then may it be used. */
  put(address: string, entry: JournalEntry): Promise<void>;
}

export interface JournalEntry {
  readonly phase: CallPhase;
  readonly model: string;
  readonly reply: ModelReply;
}

/** Answers a call that was paid before from the journal, and makes any other once. Stands outside of retries and pools. */
export function withJournal(model: Model, journal: Journal): Model {
  const inFlight = new Map<string, Promise<ModelReply>>();
  return {
    ...model,
    call(call, context) {
      const address = addressOf(model.name, call);
      const paid = journal.get(address);
      if (paid) return Promise.resolve(paid);
      const asked = inFlight.get(address);
      if (asked) return asked;
      const { phase, signal, budget } = context;
      const asking = model.call(call, { phase, signal, budget, address });
      inFlight.set(address, asking);
      const forget = (): void => void inFlight.delete(address);
      asking.then(forget, forget);
      return asking;
    },
  };
}

/** Puts a reply on disk. A call's place under the ceiling must be free for the next one only after that, so that a crash costs no more replies than there may be calls in flight. */
export type Keep = (model: string, call: ModelCall, context: CallContext, reply: ModelReply) => Promise<void>;

/** @param onPaid Told of each reply once it is on disk. */
export function keepIn(journal: Journal, onPaid: (entry: JournalEntry) => void = () => {}): Keep {
  return (model, call, { phase, address }, reply) => {
    const entry = { phase, model, reply };
    return journal.put(address ?? addressOf(model, call), entry).then(() => onPaid(entry));
  };
}

/** A backend whose replies are kept before anyone reads them. (A pool does so itself, when it has learnt from them.) */
export function withKeeping(model: Model, keep: Keep): Model {
  return {
    ...model,
    async call(call, context) {
      const reply = await model.call(call, context);
      await keep(model.name, call, context, reply);
      return reply;
    },
  };
}
